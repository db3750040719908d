import type { ComponentServer } from './component-server.js';
import { nowMicros } from './clock.js';
import { dueOf, line } from './lines.js';
import { attribute, numberAt, type StanzaAt } from './scanner.js';
import { Samples } from './stats.js';

/** Bare JIDs of the users are `uN@HOST`. */
export const USER_HOST = 'bench.test';

export function userOf(index: number): string {
  return `u${index}@${USER_HOST}`;
}

const IQ = 0x69; // i
const MESSAGE = 0x6d; // m
const SELF_PRESENCE = /code=["']110["']/;

/**
 * The users behind the Jabber server that this process plays. Each has one client. Latencies are in milliseconds, from
 * the moment something was due.
 */
export class Crowd {
  readonly #domain: string;
  #server: ComponentServer | undefined;
  /** Users who wait for their own presence in a room, and since which moment, in microseconds. */
  readonly #entering = new Map<number, number>();
  #entered = new Samples();
  #pings = new Samples();
  #copies = new Samples();
  #run = 0;
  #lastCopyMs = 0;
  /** Errors that came instead of what was asked for, and how often. */
  readonly refusals = new Map<string, number>();
  #stanzas = 0;

  constructor(domain: string) {
    this.#domain = domain;
  }

  attach(server: ComponentServer): void {
    this.#server = server;
  }

  get server(): ComponentServer {
    if (this.#server === undefined) throw new Error('no component server yet');
    return this.#server;
  }

  get stanzas(): number {
    return this.#stanzas;
  }

  get entering(): number {
    return this.#entering.size;
  }

  get entered(): Samples {
    return this.#entered;
  }

  get copies(): Samples {
    return this.#copies;
  }

  /** `performance.now()` when the last copy of the run came. */
  get lastCopyMs(): number {
    return this.#lastCopyMs;
  }

  get pings(): Samples {
    return this.#pings;
  }

  /** Forgets what was waited for, and begins new series of joins or nick changes. */
  expectEntries(): void {
    this.#entering.clear();
    this.#entered = new Samples();
    this.refusals.clear();
  }

  /** Begins to count the copies of lines of another run, whose number it returns. */
  expectCopies(): number {
    this.#copies = new Samples();
    this.#lastCopyMs = performance.now();
    return ++this.#run;
  }

  expectPings(): void {
    this.#pings = new Samples();
  }

  /** Joins a room, or changes the nickname in it. Settles with the user's own presence, or an error. */
  enter(user: number, occupant: string, dueMicros: number, isJoin: boolean): void {
    this.#entering.set(user, dueMicros);
    const child = isJoin ? "<x xmlns='http://jabber.org/protocol/muc'/>" : '';
    this.server.send(`<presence from='${userOf(user)}/c' to='${occupant}'>${child}</presence>`);
  }

  leave(user: number, occupant: string): void {
    this.server.send(`<presence type='unavailable' from='${userOf(user)}/c' to='${occupant}'/>`);
  }

  say(user: number, room: string, dueMicros: number): void {
    const id = `l${this.#run}-${Math.round(dueMicros)}`;
    this.server.send(
      `<message type='groupchat' id='${id}' from='${userOf(user)}/c' to='${room}'>` +
        `<body>${line(this.#run, dueMicros)}</body></message>`,
    );
  }

  /** Asks the gateway for a sign of life: what it takes beyond the work itself is the wait for the event loop. */
  ping(user: number, dueMicros: number): void {
    this.server.send(
      `<iq type='get' id='p${Math.round(dueMicros)}' from='${userOf(user)}/c' to='${this.#domain}'>` +
        "<ping xmlns='urn:xmpp:ping'/></iq>",
    );
  }

  /** What the component sends; `nowMs` is the moment of the read. */
  onStanza(stanza: StanzaAt, nowMs: number): void {
    this.#stanzas++;
    const kind = stanza.bytes[stanza.start + 1];
    if (kind === MESSAGE) this.#onMessage(stanza, nowMs);
    else if (kind === IQ) this.#onIq(stanza);
    else this.#onPresence(stanza);
  }

  #onMessage({ bytes, start, headEnd, body }: StanzaAt, nowMs: number): void {
    const due = body === 0 ? Number.NaN : dueOf(bytes, body, this.#run);
    if (Number.isNaN(due)) return;
    if (/type=["']error["']/.test(bytes.toString('latin1', start, headEnd))) {
      this.#refuse('message');
      return;
    }
    this.#copies.add((nowMicros() - due) / 1_000);
    this.#lastCopyMs = nowMs;
  }

  #onPresence({ bytes, start, headEnd, end }: StanzaAt): void {
    if (this.#entering.size === 0) return;
    const head = bytes.toString('latin1', start, headEnd);
    const to = attribute(head, 'to') ?? '';
    const user = Number.parseInt(to.slice(1), 10);
    const due = this.#entering.get(user);
    if (due === undefined) return;
    const type = attribute(head, 'type');
    if (type === 'error') {
      this.#entering.delete(user);
      const condition = /<([a-z-]+) [^>]*stanzas["']/.exec(bytes.toString('latin1', headEnd, end))?.[1];
      this.#refuse(condition ?? 'presence');
    } else if (type === undefined && SELF_PRESENCE.test(bytes.toString('latin1', headEnd, end))) {
      this.#entering.delete(user);
      this.#entered.add((nowMicros() - due) / 1_000);
    }
  }

  /** Answers to pings are counted, requests are answered: clients that never answer are taken for gone. */
  #onIq({ bytes, start, headEnd }: StanzaAt): void {
    const head = bytes.toString('latin1', start, headEnd);
    const [type, id = ''] = [attribute(head, 'type'), attribute(head, 'id')];
    if (type === 'get' || type === 'set') {
      const [from = '', to = ''] = [attribute(head, 'from'), attribute(head, 'to')];
      this.server.send(`<iq type='result' id='${id}' from='${to}' to='${from}'/>`);
    } else if (id.startsWith('p')) {
      this.#pings.add((nowMicros() - numberAt(Buffer.from(id), 1)) / 1_000);
    }
  }

  #refuse(what: string): void {
    this.refusals.set(what, (this.refusals.get(what) ?? 0) + 1);
  }
}
