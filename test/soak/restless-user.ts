import { userOf } from '../../bench/gateway/crowd.js';
import type { Random } from '../faults/random.js';
import { DOMAIN } from '../load/support/load-world.js';

const MUC = 'http://jabber.org/protocol/muc';
/** Rooms beside the first one, which is never left, so that the sessions stay. */
const MAX_MORE_ROOMS = 2;

/** What the users of a run have done, and what became of it. */
export class Tally {
  readonly done = new Map<string, number>();
  /** Refusals, by what was asked and condition. */
  readonly refused = new Map<string, number>();
  /** Answers to what was answered already, or never asked. */
  strange = 0;

  count(what: string): void {
    this.done.set(what, (this.done.get(what) ?? 0) + 1);
  }
}

/** A Jabber user who talks, joins, leaves, renames and asks as chance will have it. */
export class RestlessUser {
  readonly jid: string;
  readonly #number: number;
  readonly #rooms: readonly string[];
  readonly #random: Random;
  readonly #tally: Tally;
  /** Room → name in it. */
  readonly #joined = new Map<string, string>();
  /** What waits for an answer, by id, or by room for joins and leaves; and since when. */
  readonly #open = new Map<string, { readonly what: string; readonly at: number; readonly room?: string }>();
  /** Lines and changes of nickname whose room was left before their answer: it may come, or not. */
  readonly #overtaken = new Set<string>();
  #nick: string;
  #lastId = 0;
  #renames = 0;

  /** @param rooms those of the first one, and others */
  constructor(number: number, rooms: readonly string[], random: Random, tally: Tally) {
    this.jid = `${userOf(number)}/c`;
    this.#number = number;
    this.#rooms = rooms;
    this.#random = random;
    this.#tally = tally;
    this.#nick = `n${number}`;
  }

  get openSince(): number {
    return Math.min(Infinity, ...[...this.#open.values()].map(({ at }) => at));
  }

  /** What waits for an answer. */
  get open(): readonly string[] {
    return [...this.#open].map(([key, { what }]) => `${this.jid} ${what} ${key}`);
  }

  get openCount(): number {
    return this.#open.size;
  }

  get #home(): string {
    return this.#rooms[this.#number % this.#rooms.length] ?? '';
  }

  /** Into the room at home, and some others. */
  enter(): readonly string[] {
    const others = this.#rooms.filter((room) => room !== this.#home);
    const more = Array.from({ length: this.#random.between(0, MAX_MORE_ROOMS) }, () =>
      this.#random.pick(others),
    );
    return [this.#home, ...new Set(more)].map((room) => this.#join(room));
  }

  /** The next thing that this user does. */
  act(): string {
    const rooms = [...this.#joined.keys()].filter((room) => !this.#open.has(`leave ${room}`));
    if (rooms.length === 0) return this.#ask();
    const room = this.#random.pick(rooms);
    const chance = this.#random.next();
    if (chance < 0.7) return this.#say(room);
    if (chance < 0.8) return this.#ask();
    if (chance < 0.83) return this.#rename(room);
    if (chance < 0.87) return this.#write();
    // Rooms on the way count as well: coming and going are as likely as each other.
    const others = this.#rooms.filter((one) => !this.#joined.has(one) && !this.#open.has(`join ${one}`));
    const left = rooms.filter((one) => one !== this.#home);
    const isJoining = this.#random.chance(0.5);
    if (isJoining && rooms.length <= MAX_MORE_ROOMS) return this.#join(this.#random.pick(others));
    if (!isJoining && left.length > 0) return this.#leave(this.#random.pick(left));
    return this.#say(room);
  }

  /** Takes what the gateway has sent to this user. */
  receive(name: string, from: string, type: string | undefined, id: string | undefined, text: string): void {
    const [room = '', occupant = ''] = from.split('/', 2);
    if (name === 'presence') this.#presence(room, occupant, type, text);
    else if (type === 'error') this.#answered(id ?? '', conditionOf(text));
    else if (name === 'iq') this.#answered(id ?? '');
    // One's own line, reflected.
    else if (id !== undefined && type === 'groupchat' && id.startsWith(`s${this.#number}-`))
      this.#answered(id);
  }

  #presence(room: string, occupant: string, type: string | undefined, text: string): void {
    if (type === 'error') {
      const what = this.#open.has(`join ${room}`) ? `join ${room}` : 'rename';
      this.#answered(what, conditionOf(text));
      return;
    }
    if (!/code=["']110["']/.test(text)) return;
    if (type === 'unavailable') {
      // A change of nickname says so, and the new one follows.
      if (/code=["']303["']/.test(text)) return;
      this.#joined.delete(room);
      this.#answered(`leave ${room}`);
      this.#overtake(room);
      return;
    }
    this.#joined.set(room, occupant);
    if (this.#open.has(`join ${room}`)) this.#answered(`join ${room}`);
    else if (occupant === this.#nick && this.#open.has('rename')) this.#answered('rename');
  }

  #answered(key: string, condition?: string): void {
    const open = this.#open.get(key);
    this.#open.delete(key);
    if (open === undefined) {
      if (!this.#overtaken.delete(key)) this.#tally.strange++;
    } else if (condition !== undefined) {
      const refusal = `${open.what}: ${condition}`;
      this.#tally.refused.set(refusal, (this.#tally.refused.get(refusal) ?? 0) + 1);
    }
  }

  /** Who has left a room hears no more of it. */
  #overtake(left: string): void {
    for (const [key, { room }] of this.#open) {
      if (room !== left) continue;
      this.#open.delete(key);
      this.#overtaken.add(key);
      this.#tally.count('overtaken by leaving');
    }
  }

  #say(room: string): string {
    const id = this.#opened('say', undefined, room);
    return `<message type='groupchat' id='${id}' from='${this.jid}' to='${room}'><body>${'word '.repeat(this.#random.between(1, 30))}</body></message>`;
  }

  /** To a SILC user who is there, or to nobody: then it comes back. */
  #write(): string {
    const id = this.#opened('write');
    const isThere = this.#random.chance(0.8);
    // A message that arrives is answered with nothing.
    if (isThere) this.#open.delete(id);
    const to = isThere ? 'speaker0!' : `nobody${this.#random.between(0, 999)}!`;
    return `<message type='chat' id='${id}' from='${this.jid}' to='${to}@${DOMAIN}'><body>hello</body></message>`;
  }

  #ask(): string {
    const id = this.#opened('ask');
    const stranger = `stranger${this.#random.between(0, 9_999)}!@${DOMAIN}`;
    const to = this.#random.pick([stranger, `speaker0!@${DOMAIN}`, DOMAIN, this.#home]);
    const query = to.includes('!')
      ? "<vCard xmlns='vcard-temp'/>"
      : "<query xmlns='http://jabber.org/protocol/disco#info'/>";
    return `<iq type='get' id='${id}' from='${this.jid}' to='${to}'>${query}</iq>`;
  }

  #join(room: string): string {
    this.#opened('join', `join ${room}`);
    return `<presence from='${this.jid}' to='${room}/${this.#nick}'><x xmlns='${MUC}'/></presence>`;
  }

  #leave(room: string): string {
    const name = this.#joined.get(room) ?? this.#nick;
    this.#opened('leave', `leave ${room}`);
    return `<presence type='unavailable' from='${this.jid}' to='${room}/${name}'/>`;
  }

  #rename(room: string): string {
    if (this.#open.has('rename')) return this.#say(room);
    this.#nick = `n${this.#number}x${++this.#renames}`;
    this.#opened('rename', 'rename', room);
    return `<presence from='${this.jid}' to='${room}/${this.#nick}'/>`;
  }

  #opened(what: string, key = `s${this.#number}-${++this.#lastId}`, room?: string): string {
    this.#tally.count(what);
    this.#open.set(key, { what, at: performance.now(), ...(room !== undefined && { room }) });
    return key;
  }
}

function conditionOf(text: string): string {
  return /<([a-z-]+) [^>]*xmpp-stanzas["']/.exec(text)?.[1] ?? 'error';
}
