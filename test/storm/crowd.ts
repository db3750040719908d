import type { ComponentServer } from '../../bench/gateway/component-server.js';
import { userOf } from '../../bench/gateway/crowd.js';
import { attribute, type StanzaAt } from '../../bench/gateway/scanner.js';

const OWN = /<status [^>]*code=["']110["']/;

/** So long after it was put out a client joins again. */
const AGAIN_MS = 1_000;

type State = 'out' | 'entering' | 'in';

interface Place {
  readonly client: string;
  readonly occupant: string;
  state: State;
  /** `performance.now()` of the last join. */
  askedAt: number;
}

/** Clients of the Jabber server that is played: each place is one client in one room. */
export class Crowd {
  readonly #places = new Map<string, Place>();
  server: ComponentServer | undefined;
  /** Error conditions of joins, and how often. */
  readonly refusals = new Map<string, number>();
  /** Places that were taken away. */
  thrownOut = 0;
  /** Milliseconds from the last joins to their answers. */
  times: number[] = [];

  add(user: number, room: string): void {
    const client = `${userOf(user)}/c`;
    const place: Place = { client, occupant: `${room}/n${user}`, state: 'out', askedAt: 0 };
    this.#places.set(`${client} ${room}`, place);
  }

  get size(): number {
    return this.#places.size;
  }

  count(state: State): number {
    let count = 0;
    for (const place of this.#places.values()) if (place.state === state) count++;
    return count;
  }

  /** All that are in one of these states ask to join, at once. */
  join(...states: readonly State[]): void {
    this.times = [];
    for (const place of this.#places.values()) {
      if (states.includes(place.state)) this.#ask(place);
    }
    this.server?.flush();
  }

  #ask(place: Place): void {
    place.state = 'entering';
    place.askedAt = performance.now();
    const x = "<x xmlns='http://jabber.org/protocol/muc'/>";
    this.server?.send(`<presence from='${place.client}' to='${place.occupant}'>${x}</presence>`);
  }

  /** Whoever was put out joins again, as clients do that are told 332 or 333. */
  #askLater(place: Place): void {
    setTimeout(() => {
      if (place.state !== 'out') return;
      this.#ask(place);
      this.server?.flush();
    }, AGAIN_MS).unref();
  }

  /** One in so many says something. */
  say(oneIn: number): void {
    let index = 0;
    for (const { client, occupant } of this.#places.values()) {
      if (index++ % oneIn !== 0) continue;
      const room = occupant.slice(0, occupant.indexOf('/'));
      this.server?.send(
        `<message type='groupchat' id='s' from='${client}' to='${room}'><body>hear</body></message>`,
      );
    }
    this.server?.flush();
  }

  onStanza({ bytes, start, headEnd, end }: StanzaAt): void {
    const head = bytes.toString('latin1', start, headEnd);
    if (head.startsWith('<iq')) this.#answer(head);
    if (head.startsWith('<presence')) this.#presence(head, bytes.toString('latin1', headEnd, end));
  }

  #presence(head: string, content: string): void {
    const from = attribute(head, 'from') ?? '';
    const slash = from.indexOf('/');
    const room = slash < 0 ? from : from.slice(0, slash);
    const place = this.#places.get(`${attribute(head, 'to') ?? ''} ${room}`);
    if (place === undefined) return;
    const type = attribute(head, 'type');
    if (type === 'error') {
      place.state = 'out';
      const condition = /<([a-z-]+) [^>]*stanzas["']/.exec(content)?.[1] ?? 'unknown';
      const text = />([^<>]+)<\/text>/.exec(content)?.[1] ?? '';
      const what = `${condition}: ${text}`;
      this.refusals.set(what, (this.refusals.get(what) ?? 0) + 1);
    } else if (type === 'unavailable' && OWN.test(content)) {
      place.state = 'out';
      this.thrownOut++;
      this.#askLater(place);
    } else if (type === undefined && OWN.test(content)) {
      if (place.state === 'entering') this.times.push(performance.now() - place.askedAt);
      place.state = 'in';
    }
  }

  /** Clients that never answer are taken for gone. */
  #answer(head: string): void {
    const [type, id = ''] = [attribute(head, 'type'), attribute(head, 'id')];
    if (type !== 'get' && type !== 'set') return;
    const [from = '', to = ''] = [attribute(head, 'from'), attribute(head, 'to')];
    this.server?.send(`<iq type='result' id='${id}' from='${to}' to='${from}'/>`);
  }
}
