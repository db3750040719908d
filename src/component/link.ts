import { randomBytes } from 'node:crypto';
import { Backoff } from '../util/backoff.js';
import { monotonicMs } from '../util/clock.js';
import { Deferred } from '../util/deferred.js';
import { Emitter } from '../util/emitter.js';
import { withDeadline } from '../util/race.js';
import type { Element } from './element.js';
import { ComponentError, type ComponentErrorCode } from './errors.js';
import { ForeignDomain } from './foreign-domain.js';
import { IqTracker } from './iq-tracker.js';
import { canonicalText, prepareDomain } from './jid.js';
import {
  DEFAULT_LIMITS,
  DEFAULT_RETRY,
  SILENT,
  type ComponentLinkOptions,
  type LinkLimits,
  type LinkLog,
  type LinkStats,
  type RetryOptions,
  type SupervisedLink,
} from './link-options.js';
import { StreamWatchdog } from './stream-watchdog.js';
import { Outbox } from './outbox.js';
import { type Envelope, envelopeOf, type Loss, type Serialized, StanzaSerializer } from './outgoing.js';
import { isSettled, Refusals } from './refusal.js';
import { isLoopback } from './socket.js';
import { errorReply, isIqRequest, xml } from './stanza.js';
import { ComponentStream } from './stream.js';
import type { LinkEnd, SendOptions } from './types.js';

export type { ComponentLinkOptions, SupervisedLink } from './link-options.js';

/** How long `stop()` may take, when the caller does not say. */
const STOP_MS = 5_000;

/** Creates the link; nothing happens before `start()`. @throws ComponentError `jid-malformed` for the domain. */
export function createComponentLink(options: ComponentLinkOptions): SupervisedLink {
  return new Link(options);
}

class Link implements SupervisedLink {
  readonly domain: string;
  readonly #options: ComponentLinkOptions;
  readonly #limits: LinkLimits;
  readonly #log: LinkLog;
  readonly #retry: RetryOptions;
  readonly #backoff: Backoff;
  /** Waits after attempts that the server has refused. */
  readonly #refusedBackoff: Backoff;
  readonly #refusals = new Refusals();
  readonly #foreign: ForeignDomain;
  readonly #serializer: StanzaSerializer;
  readonly #outbox: Outbox;
  readonly #tracker: IqTracker;
  readonly #onlineListeners = new Emitter<boolean>((error) => this.#reportListener(error));
  readonly #offlineListeners = new Emitter<LinkEnd>((error) => this.#reportListener(error));
  readonly #lossListeners = new Emitter<Loss>((error) => this.#reportListener(error));
  readonly #pressureListeners = new Emitter<readonly [string, boolean]>((error) =>
    this.#reportListener(error),
  );
  #handler: ((stanza: Element) => void) | undefined;
  #stream: ComponentStream | undefined;
  #online = false;
  #everOnline = false;
  #attempts = 0;
  #running: Promise<void> | undefined;
  #starting: Deferred | undefined;
  #stopping: Promise<void> | undefined;
  #stopped = false;
  #wake: (() => void) | undefined;
  #watchdog: StreamWatchdog | undefined;
  #hasAnswered = false;
  #pings = 0;
  #unread = 0;
  /** The last attachment ended without a word to the server, which may hold it to be there still. */
  #leftGhost = false;

  constructor(options: ComponentLinkOptions) {
    this.domain = prepareDomain(options.domain);
    this.#options = options;
    this.#limits = { ...DEFAULT_LIMITS, ...options.limits };
    this.#log = options.log ?? SILENT;
    this.#retry = { ...DEFAULT_RETRY, ...options.backoff };
    this.#backoff = new Backoff(this.#retry);
    const maxMs = Math.max(this.#retry.refusedMs, this.#retry.conflictMs);
    this.#refusedBackoff = new Backoff({ ...this.#retry, maxMs });
    this.#foreign = new ForeignDomain(this.domain);
    this.#serializer = new StanzaSerializer(this.domain, this.#limits.stanzaOctets);
    this.#outbox = new Outbox(this.#limits.outbox, {
      onLost: (loss) => this.#lose(loss, loss.reason),
      onPressure: (flow, congested) => this.#pressureListeners.emit([flow, congested]),
      onWritten: (waitedMs) => {
        this.#watchdog?.wrote();
        options.onWritten?.(waitedMs);
      },
      onProofDue: () => this.#watchdog?.ask(),
    });
    this.#tracker = new IqTracker(this.#limits.requests);
  }

  get online(): boolean {
    return this.#online;
  }

  stats(): LinkStats {
    return {
      online: this.#online,
      foreignDomain: this.#foreign.name,
      attempts: this.#attempts,
      pings: this.#pings,
      unread: this.#unread,
      outbox: this.#outbox.stats,
      requests: this.#tracker.size,
    };
  }

  onStanza(handler: (stanza: Element) => void): void {
    this.#handler = handler;
  }

  onOnline(handler: (first: boolean) => void): void {
    this.#onlineListeners.subscribe(handler);
  }

  onOffline(handler: (end: LinkEnd) => void): void {
    this.#offlineListeners.subscribe(handler);
  }

  start(): Promise<void> {
    if (this.#starting === undefined) {
      this.#starting = new Deferred();
      if (this.#stopping !== undefined) this.#starting.reject(stoppedError());
      else this.#running = this.#run(this.#starting);
    }
    return this.#starting.promise;
  }

  onUndelivered(handler: (loss: Loss) => void): void {
    this.#lossListeners.subscribe(handler);
  }

  onPressure(handler: (flow: string, congested: boolean) => void): void {
    this.#pressureListeners.subscribe(([flow, congested]) => handler(flow, congested));
  }

  send(stanza: Element, { flow }: SendOptions = {}): void {
    const envelope = envelopeOf(stanza);
    try {
      const { text, sender } = this.#serializer.serialize(stanza);
      this.#outbox.push(flow ?? sender, envelope, envelope.to, text);
    } catch (error) {
      this.#notWritten(envelope, error);
    }
  }

  sendToEach(stanza: Element, addressees: Iterable<string>, { flow }: SendOptions = {}): void {
    const envelope = envelopeOf(stanza);
    let serialize: ((to: string) => Serialized) | undefined;
    let isFirst = true;
    for (const to of addressees) {
      try {
        // Again for each of them where it fails.
        serialize ??= this.#serializer.serializeFor(stanza);
        const { text, sender } = serialize(to);
        this.#outbox.push(flow ?? sender, envelope, to, text, isFirst ? text.length : to.length);
        isFirst = false;
      } catch (error) {
        this.#notWritten({ ...envelope, to }, error);
      }
    }
  }

  request(iq: Element, timeoutMs = this.#limits.requestMs): Promise<Element> {
    if (!isIqRequest(iq)) {
      return Promise.reject(new ComponentError('invalid-stanza', 'only an iq get or set is answered'));
    }
    const copy = xml(iq.name, { ...iq.attrs, id: undefined }, iq.children);
    const answer = this.#tracker.track(copy, timeoutMs);
    // Without an id it was refused.
    if (copy.attrs.id !== undefined) this.send(copy);
    return answer;
  }

  stop(timeoutMs = STOP_MS): Promise<void> {
    this.#stopping ??= this.#shutDown(timeoutMs);
    return this.#stopping;
  }

  async #run(starting: Deferred): Promise<void> {
    const { tls, host: peer } = this.#options;
    if (tls === undefined && !isLoopback(peer)) {
      this.#log.warn(
        { host: peer },
        'the link to the Jabber server leaves this machine and is not encrypted',
      );
    }
    while (!this.#isStopped()) {
      this.#attempts += 1;
      this.#foreign.restart();
      const { host, port, secret } = this.#options;
      const stream = new ComponentStream({
        domain: this.domain,
        host,
        port,
        tls,
        secret,
        deadlineMs: this.#limits.attemptMs,
        limits: this.#limits.parser,
        onStanza: (stanza) => this.#onStanza(stanza),
        onDropped: (envelope, reason) => this.#onDropped(envelope, reason),
        onRepaired: ({ name, attrs: { from } }) =>
          this.#log.info(
            { stanza: name, from },
            'characters that XML does not have were replaced in a stanza',
          ),
      });
      this.#stream = stream;
      const heldMs = await this.#attend(stream, starting);
      this.#stream = undefined;
      const reason = await stream.closed;
      if (this.#isStopped()) break;
      const isFatal = this.#refusals.isFatal(reason);
      if (this.#options.failFast === true && !this.#everOnline && isFatal) {
        this.#stopped = true;
        starting.reject(reason);
        break;
      }
      const retryMs = this.#waitAfter(reason, heldMs);
      const level = isFatal || reason.code === 'conflict' ? 'error' : 'warn';
      this.#log[level]({ code: reason.code, host, port, retryMs }, `not attached: ${reason.message}`);
      await this.#sleep(retryMs);
    }
    starting.reject(stoppedError());
  }

  #waitAfter({ code }: ComponentError, heldMs: number): number {
    if (isSettled(code)) return this.#refusedBackoff.next(heldMs);
    // Who refuses us may be waiting for the last sign of our own connection that broke: it will see soon that it is gone.
    const isElsewhere = code === 'conflict' && (heldMs > 0 || !this.#leftGhost);
    return isElsewhere
      ? this.#refusedBackoff.next(heldMs, this.#retry.conflictMs)
      : this.#backoff.next(heldMs);
  }

  /** One stream from its beginning to its end. @returns how long it was attached, milliseconds. */
  async #attend(stream: ComponentStream, starting: Deferred): Promise<number> {
    try {
      await stream.opened();
    } catch {
      // The reason is in stream.closed.
      return 0;
    }
    const since = monotonicMs();
    const first = !this.#everOnline;
    this.#online = true;
    this.#everOnline = true;
    this.#log.info({ domain: this.domain, first }, 'attached to the Jabber server');
    const watchdog = this.#watch(stream);
    this.#watchdog = watchdog;
    this.#outbox.attach(
      (text) => stream.write(text),
      () => watchdog.provesInTime,
    );
    starting.resolve();
    this.#onlineListeners.emit(first);
    const reason = await stream.closed;
    const heldMs = monotonicMs() - since;
    this.#detach(stream, reason);
    return heldMs;
  }

  #detach({ isOrderly, silentMs }: ComponentStream, reason: ComponentError): void {
    this.#watchdog?.stop();
    this.#hasAnswered = this.#watchdog?.hasAnswered ?? false;
    this.#watchdog = undefined;
    this.#online = false;
    this.#leftGhost = !isOrderly;
    const wanted = reason.code === 'stopped';
    // Nobody is left who could do anything about what is in doubt.
    if (wanted) this.#outbox.proven(this.#outbox.mark);
    const isKnown = this.#outbox.detach();
    this.#offlineListeners.emit({
      reason: wanted ? undefined : reason,
      isOrderly: isOrderly && isKnown,
      silentMs,
    });
  }

  #watch(stream: ComponentStream): StreamWatchdog {
    const peer = {
      silentMs: () => stream.silentMs,
      stalledMs: () => stream.stalledMs,
      mark: () => this.#outbox.mark,
      // To ourselves: the server alone is concerned, and it brings the request back to us, or an error.
      ping: (id: string) => {
        this.#pings += 1;
        const ping = xml('ping', { xmlns: 'urn:xmpp:ping' });
        const iq = xml('iq', { type: 'get', id, from: this.domain, to: this.domain }, ping);
        stream.write(iq.toString())?.catch(() => undefined);
      },
      proven: (mark: number) => this.#outbox.proven(mark),
      dead: () => stream.abort(new ComponentError('timeout', 'the Jabber server has fallen silent')),
    };
    const prefix = `${randomBytes(12).toString('hex')}-`;
    return new StreamWatchdog(this.#limits.watchdog, peer, prefix, this.#hasAnswered);
  }

  #onStanza(stanza: Element): void {
    const { from, id, type } = stanza.attrs;
    const foreign = this.#foreign.sees(stanza);
    if (foreign !== undefined) {
      const text = `the Jabber server takes this component for ${foreign}, and not for ${this.domain}: nothing will arrive; give the same name to both`;
      this.#log.error({ stanza: stanza.name, from, domain: this.domain, foreign }, text);
    }
    if (from === this.domain && this.#watchdog?.answered(id ?? '') === true) return;
    const isAnswer = stanza.name === 'iq' && (type === 'result' || type === 'error');
    if (isAnswer && this.#tracker.settle(stanza)) return;
    try {
      this.#handler?.(stanza);
    } catch (error) {
      this.#reportListener(error);
    }
  }

  /** A stanza that was too much or could not be read: its sender is told; unavailable presence counts whatever else is in it. */
  #onDropped(envelope: Element, reason: ComponentError): void {
    const { from, to, type } = envelope.attrs;
    envelope.setAttribute('to', canonicalText(to));
    this.#unread += 1;
    this.#log.warn({ stanza: envelope.name, from, reason: reason.message }, 'a stanza was dropped');
    if (envelope.name === 'presence' && type === 'unavailable') {
      this.#onStanza(envelope);
      return;
    }
    const condition = reason.code === 'policy-violation' ? 'policy-violation' : 'bad-request';
    const refusal = errorReply(envelope, 'modify', condition, `Not taken: ${reason.message}.`);
    if (refusal !== undefined) this.send(refusal);
  }

  #notWritten(envelope: Envelope, error: unknown): void {
    const known = error instanceof ComponentError;
    if (!known) this.#log.error({ err: error, stanza: envelope.name }, 'a stanza could not be written');
    this.#lose(envelope, known ? error.code : 'invalid-stanza');
  }

  #lose(envelope: Envelope, reason: ComponentErrorCode): void {
    const { name, from, to, type, id } = envelope;
    if (name === 'iq' && this.#tracker.abandon(id, reason)) return;
    this.#lossListeners.emit({ name, from, to, type, id, reason });
  }

  async #shutDown(timeoutMs: number): Promise<void> {
    const end = monotonicMs() + timeoutMs;
    this.#outbox.seal();
    if (this.#online && this.#stream !== undefined) {
      const emptied = Promise.race([this.#outbox.drained(), this.#stream.closed]);
      await withDeadline(emptied, timeoutMs, stoppedError).catch(() => undefined);
    }
    this.#stopped = true;
    this.#wake?.();
    if (this.#online) await this.#stream?.close(Math.max(1, end - monotonicMs()));
    else this.#stream?.abort(stoppedError());
    await this.#running;
    this.#tracker.stop();
    this.#outbox.clear();
  }

  /** A call, since the field may change in every await. */
  #isStopped(): boolean {
    return this.#stopped;
  }

  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.#wake = undefined;
        resolve();
      };
      const timer = setTimeout(done, ms);
      this.#wake = done;
    });
  }

  #reportListener(error: unknown): void {
    this.#log.error({ err: error }, 'a handler of the link failed');
  }
}

function stoppedError(): ComponentError {
  return new ComponentError('stopped', 'the link was stopped');
}
