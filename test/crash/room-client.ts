import { iqResult, isIqRequest, xml, type Element } from '../../src/component/stanza.js';
import { Namespace } from '../../src/mapping/namespaces.js';
import { statusCodes } from '../support/xmpp/matcher.js';
import type { JabberServer, ServedClient } from '../faults/jabber-server.js';

/** Between being refused or put out and the next join, and how long an answer is waited for, milliseconds. */
const REJOIN_MS = 200;
const PATIENCE_MS = 5_000;

/** A Jabber client that is in one room, and joins again when it is put out. */
export class RoomClient implements ServedClient {
  readonly full: string;
  readonly nick: string;
  readonly room: string;
  readonly channel: string;
  /** Lines by their text, and how often each came. The history of a join may show again what was heard before it. */
  readonly heard = new Map<string, number>();
  /** Occupants that the room shows, without the marks of names that several have. */
  readonly occupants = new Set<string>();
  /** Presence that took it or somebody else out of the room since the last call of `watch`. */
  unavailable: string[] = [];
  isWanted = false;
  isIn = false;
  /** How often it was put out of the room, with a word. */
  putOut = 0;
  readonly #server: JabberServer;
  /** Stanza ids of the lines that it has. */
  readonly #ids = new Set<string>();
  #timer: NodeJS.Timeout | undefined;

  constructor(server: JabberServer, user: string, resource: string, channel: string, domain: string) {
    this.full = `${user}@jabber.test/${resource}`;
    this.nick = user;
    this.channel = channel;
    this.room = `${channel}@${domain}`;
    this.#server = server;
    server.connect(this);
  }

  watch(): void {
    this.unavailable = [];
  }

  join(): void {
    this.isWanted = true;
    if (this.isIn) return;
    // What was written to a gateway that had just been killed is lost, and nobody answers it.
    this.#joinIn(PATIENCE_MS);
    const x = xml('x', { xmlns: Namespace.muc });
    this.#server.send(this, xml('presence', { from: this.full, to: `${this.room}/${this.nick}` }, x));
  }

  /** It is out at once: the answer may be lost with the gateway. */
  leave(): void {
    this.isWanted = false;
    this.isIn = false;
    this.occupants.clear();
    clearTimeout(this.#timer);
    this.#server.send(
      this,
      xml('presence', { from: this.full, to: `${this.room}/${this.nick}`, type: 'unavailable' }),
    );
  }

  say(text: string): void {
    const attrs = { from: this.full, to: this.room, type: 'groupchat', id: text };
    this.#server.send(this, xml('message', attrs, xml('body', {}, text)));
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  receive(stanza: Element): void {
    const { from = '', type } = stanza.attrs;
    const [room, ...rest] = from.split('/');
    const name = rest.join('/');
    if (isIqRequest(stanza)) {
      this.#server.send(this, iqResult(stanza));
    } else if (stanza.name === 'message' && type === 'groupchat') {
      const body = stanza.getChildText('body');
      if (body !== null && room === this.room) this.#message(stanza, body);
    } else if (stanza.name === 'presence') {
      this.#presence(stanza, name, type);
    } else if (type === 'error' && stanza.getChild('error')?.getChild('not-acceptable') !== undefined) {
      // It is not in the room that it thinks it is in.
      this.#out();
    }
  }

  #message(stanza: Element, body: string): void {
    const id = stanza.getChild('stanza-id', Namespace.stanzaId)?.attrs.id;
    const isHistory = stanza.getChild('delay', Namespace.delay) !== undefined;
    if (isHistory && id !== undefined && this.#ids.has(id)) return;
    if (id !== undefined) this.#ids.add(id);
    this.heard.set(body, (this.heard.get(body) ?? 0) + 1);
  }

  #presence(stanza: Element, name: string, type: string | undefined): void {
    const codes = statusCodes(stanza);
    const isSelf = codes.includes(110);
    if (type === 'error') {
      this.#joinIn(REJOIN_MS);
    } else if (type === 'unavailable') {
      if (isSelf && !this.isIn) {
        // The answer to `leave`, or the end of a stay that it has ended itself. Whoever wants in has asked after it.
        this.occupants.clear();
        return;
      }
      if (!isSelf || this.isWanted) this.unavailable.push(`${name} ${codes.join()}`);
      this.occupants.delete(name);
      if (isSelf) this.#out();
    } else if (type === undefined) {
      this.occupants.add(name);
      if (isSelf) this.isIn = true;
    }
  }

  #out(): void {
    this.isIn = false;
    this.occupants.clear();
    if (!this.isWanted) return;
    this.putOut++;
    this.#joinIn(REJOIN_MS);
  }

  #joinIn(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      if (this.isWanted) this.join();
    }, ms);
  }
}
