import { ComponentError, StanzaError, xml } from '../../../src/component/stanza.js';
import type { ComponentLink, Element, LinkEnd, Loss, SendOptions } from '../../../src/component/types.js';
import { envelopeOf } from '../../../src/component/outgoing.js';
import { noteSecrets } from '../../support/log-watch.js';
import { parseStanza } from '../../support/xmpp/canonical.js';

/** A link to no server: keeps what was sent, takes what a test says came in. */
export class FakeLink implements ComponentLink {
  readonly domain = 'gw.test';
  online = false;
  readonly sent: Element[] = [];
  readonly requests: Element[] = [];
  /** Named flows of what was sent. */
  readonly flows = new Set<string>();
  /** Full JIDs that answer a request with an error. */
  readonly gone = new Set<string>();
  /** Full JIDs that answer no request in time. */
  readonly silent = new Set<string>();
  /** Every second request goes to a connection that is dead. */
  isShared = false;
  /** Nothing is sent: it is refused with this. */
  refusal: ComponentError | undefined;
  /** A flow of the outbox fills, or has room again. */
  press: (flow: string, congested: boolean) => void = () => {};
  readonly #arrived: (() => void)[] = [];
  #onStanza: (stanza: Element) => void = () => {};
  #onUndelivered: (loss: Loss) => void = () => {};
  #onOnline: (first: boolean) => void = () => {};
  #onOffline: (end: LinkEnd) => void = () => {};

  async start(): Promise<void> {
    this.online = true;
    this.#onOnline(true);
    return Promise.resolve();
  }
  onStanza(handler: (stanza: Element) => void): void {
    this.#onStanza = handler;
  }
  onOnline(handler: (first: boolean) => void): void {
    this.#onOnline = handler;
  }
  onOffline(handler: (end: LinkEnd) => void): void {
    this.#onOffline = handler;
  }
  onUndelivered(handler: (loss: Loss) => void): void {
    this.#onUndelivered = handler;
  }
  onPressure(handler: (flow: string, congested: boolean) => void): void {
    this.press = handler;
  }
  send(stanza: Element, { flow }: SendOptions = {}): void {
    if (flow !== undefined) this.flows.add(flow);
    if (this.refusal !== undefined) {
      this.#onUndelivered({ ...envelopeOf(stanza), reason: this.refusal.code });
      return;
    }
    this.sent.push(stanza);
    this.#arrived.splice(0).forEach((resolve) => resolve());
  }
  sendToEach(stanza: Element, addressees: Iterable<string>): void {
    for (const to of addressees) this.send(xml(stanza.name, { ...stanza.attrs, to }, stanza.children));
  }
  request(iq: Element, timeoutMs: number): Promise<Element> {
    this.requests.push(iq);
    const to = iq.attrs.to ?? '';
    if (this.silent.has(to) || (this.isShared && this.requests.length % 2 === 0)) {
      const late = new ComponentError('timeout', 'no answer');
      return new Promise((_, reject) => setTimeout(() => reject(late), timeoutMs));
    }
    return this.gone.has(to)
      ? Promise.reject(new StanzaError('cancel', 'service-unavailable'))
      : Promise.resolve(iq);
  }
  async stop(): Promise<void> {
    this.online = false;
    return Promise.resolve();
  }

  /** A stanza comes from the Jabber server. */
  receive(text: string): void {
    this.deliver(parseStanza(text));
  }
  deliver(stanza: Element): void {
    noteSecrets(stanza);
    this.#onStanza(stanza);
  }
  /** The link is lost, with stanzas under way of which nobody knows. @param isOrderly - the server has said so itself */
  detach(isOrderly: boolean, inDoubt: readonly Element[] = []): void {
    this.online = false;
    for (const stanza of inDoubt) this.#onUndelivered({ ...envelopeOf(stanza), reason: 'in-doubt' });
    this.#onOffline({ reason: new ComponentError('closed', 'broken'), isOrderly, silentMs: 1_000 });
  }
  /** The link is back after a break. */
  reattach(): void {
    this.online = true;
    this.#onOnline(false);
  }
  /** Waits for a stanza and takes it, with everything before it. */
  async until(isWanted: (stanza: Element) => boolean): Promise<Element> {
    for (;;) {
      const at = this.sent.findIndex(isWanted);
      const [found] = at < 0 ? [] : this.sent.splice(0, at + 1).slice(-1);
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => this.#arrived.push(resolve));
    }
  }
  /** What was sent since the last call. */
  take(): Element[] {
    return this.sent.splice(0);
  }
}
