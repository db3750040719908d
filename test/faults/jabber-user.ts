import type { Element } from '../../src/component/stanza.js';
import { xml } from '../../src/component/stanza.js';
import { Namespace } from '../../src/mapping/namespaces.js';
import type { JabberServer, ServedClient } from './jabber-server.js';
import type { Ledger, Line, Party } from './ledger.js';
import type { Trace } from './trace.js';

/** Between being put out of a room, or refused, and the next join, milliseconds. */
const REJOIN_MS = 120;
/** So long after a request that never got to the gateway the client gives it up. */
const PATIENCE_MS = 700;

interface Gap {
  readonly since: number;
  readonly until: number;
}

/** What a client knows of a room. */
interface Room {
  readonly jid: string;
  readonly channel: string;
  isWanted: boolean;
  /** Own name; undefined while it is not in the room. */
  self: string | undefined;
  nick: string;
  stay: number;
  /** Id and stream of the join or leave that is not answered yet. */
  asking:
    | {
        readonly id: string;
        readonly isJoin: boolean;
        readonly at: number;
        readonly stream: number | undefined;
      }
    | undefined;
  readonly occupants: Map<string, string>;
  gaps: Gap[];
}

export interface JabberUserParts {
  readonly server: JabberServer;
  readonly ledger: () => Ledger;
  readonly trace: Trace;
  readonly domain: string;
  /** Whether the gateway has got the stanza of this id. */
  readonly hasArrived: (id: string) => boolean;
}

/** One client of a Jabber user, as clients of multi-user chat are: it comes back by itself when it is put out. */
export class JabberUser implements Party, ServedClient {
  readonly full: string;
  readonly isReflected = true;
  readonly #parts: JabberUserParts;
  readonly #rooms = new Map<string, Room>();
  readonly #heard = new Map<string, number>();
  /** Requests that have no answer. */
  readonly #queries = new Map<string, { readonly at: number; readonly stream: number | undefined }>();
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #faults: string[];
  #serial = 0;
  #isGone = false;

  /** @param faults where it writes down what it must not be sent */
  constructor(
    full: string,
    nick: string,
    channels: readonly string[],
    parts: JabberUserParts,
    faults: string[],
  ) {
    this.full = full;
    this.#parts = parts;
    this.#faults = faults;
    for (const channel of channels) {
      const jid = `${channel}@${parts.domain}`;
      this.#rooms.set(jid, {
        ...{ jid, channel, nick, isWanted: false, self: undefined, stay: 0, asking: undefined },
        ...{ occupants: new Map(), gaps: [] },
      });
    }
  }

  get name(): string {
    return this.full;
  }

  get isOnline(): boolean {
    return this.#parts.server.isConnected(this);
  }

  /** Channels that it wants to be on. */
  get wanted(): readonly string[] {
    return [...this.#rooms.values()].flatMap(({ isWanted, channel }) => (isWanted ? [channel] : []));
  }

  get channels(): readonly string[] {
    return [...this.#rooms.values()].map(({ channel }) => channel);
  }

  /** Who is shown in a room, without the marks of names that several have; undefined for one that it is not in. */
  shown(channel: string): readonly string[] | undefined {
    const room = this.#roomOf(channel);
    if (room?.self === undefined) return undefined;
    return [...room.occupants.keys()].map((name) => name.split('*', 1)[0] ?? '').sort();
  }

  /** The nickname that it has in a room. */
  nickIn(channel: string): string | undefined {
    return this.#roomOf(channel)?.self?.split('*', 1)[0];
  }

  stayIn(channel: string): number | undefined {
    const room = this.#roomOf(channel);
    return room?.self === undefined || !this.isOnline ? undefined : room.stay;
  }

  heard(text: string): number {
    return this.#heard.get(text) ?? 0;
  }

  wasToldOfGap(channel: string, since: number, until: number): boolean {
    const gaps = this.#roomOf(channel)?.gaps ?? [];
    return gaps.some((gap) => gap.since <= until && gap.until >= since);
  }

  /** What it waits for. */
  get open(): readonly string[] {
    const rooms = [...this.#rooms.values()].flatMap(({ asking, channel, isWanted, self }) => {
      if (asking !== undefined) return [`${this.full}: no answer to ${asking.id} (${channel})`];
      return isWanted === (self !== undefined) ? [] : [`${this.full}: not as wanted in ${channel}`];
    });
    const queries = [...this.#queries.keys()].map((id) => `${this.full}: no answer to ${id}`);
    return [...rooms, ...queries, ...(this.isOnline ? [] : [`${this.full}: not online`])];
  }

  login(): void {
    if (this.#isGone) return;
    this.#parts.server.connect(this);
    for (const room of this.#rooms.values()) if (room.isWanted) this.#join(room);
  }

  /** Logs out; the server tells the rooms. */
  logout(): void {
    const shownTo = [...this.#rooms.values()].flatMap(({ jid, self, asking, nick }) =>
      self === undefined && asking === undefined ? [] : [`${jid}/${self ?? nick}`],
    );
    this.#parts.server.disconnect(this, shownTo);
    this.lose();
  }

  /** The server has ended its connection. */
  lose(): void {
    this.#note('is off line');
    this.#queries.clear();
    for (const room of this.#rooms.values()) {
      this.#out(room);
      room.asking = undefined;
    }
  }

  /** For good. */
  stop(): void {
    this.#isGone = true;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }

  want(channel: string): void {
    const room = this.#roomOf(channel);
    if (room === undefined || room.isWanted) return;
    room.isWanted = true;
    if (this.isOnline) this.#join(room);
  }

  /** @param silently without a word to the room; only for who logs out next */
  leave(channel: string, silently = false): void {
    const room = this.#roomOf(channel);
    if (room?.isWanted !== true) return;
    room.isWanted = false;
    if (!silently && this.isOnline) this.#leave(room);
  }

  /** @returns the id of the stanza; undefined where it says nothing */
  say(channel: string): Line | undefined {
    const room = this.#roomOf(channel);
    if (room?.self === undefined || !this.isOnline) return undefined;
    const line = this.#parts.ledger().say(this, channel);
    if (line === undefined) return undefined;
    line.isSaid = true;
    this.#note(`says ${line.text}`);
    this.#send(
      xml(
        'message',
        { from: this.full, to: room.jid, id: line.text, type: 'groupchat' },
        xml('body', {}, line.text),
      ),
    );
    return line;
  }

  rename(channel: string, nick: string): void {
    const room = this.#roomOf(channel);
    if (room?.self === undefined || !this.isOnline) return;
    room.nick = nick;
    this.#note(`wants to be ${nick} in ${channel}`);
    this.#send(xml('presence', { from: this.full, to: `${room.jid}/${nick}`, id: this.#id('nick') }));
  }

  /** Asks about a room, or the gateway. */
  ask(channel: string, kind: number): void {
    if (!this.isOnline) return;
    const room = this.#roomOf(channel);
    const id = this.#id('iq');
    const isPing = kind % 2 === 0;
    const to =
      room?.self !== undefined && isPing
        ? `${room.jid}/${room.self}`
        : kind % 3 === 0
          ? this.#parts.domain
          : `${channel}@${this.#parts.domain}`;
    const child = isPing
      ? xml('ping', { xmlns: Namespace.ping })
      : xml('query', { xmlns: 'http://jabber.org/protocol/disco#info' });
    const iq = xml('iq', { type: 'get', from: this.full, to, id }, child);
    const entry = { at: Date.now(), stream: this.#parts.server.stream };
    this.#queries.set(id, entry);
    this.#send(iq);
    this.#later(PATIENCE_MS, () => this.#giveUpQuery(id));
  }

  receive(stanza: Element): void {
    const [jid = '', ...rest] = (stanza.attrs.from ?? '').split('/');
    const name = rest.join('/');
    const { id = '', type } = stanza.attrs;
    if (stanza.name === 'iq') {
      this.#iq(stanza, id);
      return;
    }
    const room = this.#rooms.get(jid);
    if (room === undefined) {
      this.#fault('from a room it never wanted', stanza);
      return;
    }
    if (type === 'error') this.#error(stanza, room, id);
    else if (stanza.name === 'presence') this.#presence(stanza, room, name);
    else this.#message(stanza, room, name);
  }

  #iq(stanza: Element, id: string): void {
    const { type, from, to } = stanza.attrs;
    if (type === 'get' || type === 'set') {
      this.#send(xml('iq', { type: 'result', id, from: to, to: from }));
      return;
    }
    if (this.#queries.delete(id)) this.#note(`has the answer to ${id}`);
  }

  #error(stanza: Element, room: Room, id: string): void {
    const condition = stanza.getChild('error')?.getChildElements()[0]?.getName() ?? '?';
    this.#note(`is refused ${id} in ${room.channel}: ${condition}`);
    if (stanza.name === 'message') {
      const line = this.#parts.ledger().line(id);
      if (line !== undefined) line.isRefused = true;
      return;
    }
    const { asking } = room;
    if (asking?.id !== id) return;
    room.asking = undefined;
    if (asking.isJoin) this.#rejoinLater(room);
    else this.#later(REJOIN_MS, () => this.#leave(room));
  }

  #presence(stanza: Element, room: Room, name: string): void {
    const x = stanza.getChild('x', Namespace.mucUser);
    const codes = (x?.getChildren('status') ?? []).map(({ attrs }) => attrs.code ?? '');
    const isSelf = codes.includes('110');
    if (stanza.attrs.type === 'unavailable') {
      const nick = x?.getChild('item')?.attrs.nick;
      if (isSelf && !codes.includes('303')) {
        // Of the client that had this address before, and has logged out: no answer to a join.
        if (room.asking?.isJoin === true && codes.every((code) => code === '110')) {
          if (room.self === undefined) room.occupants.clear();
          return;
        }
        this.#note(`is out of ${room.channel}: ${codes.join()}`);
        this.#out(room);
        room.asking = undefined;
        this.#rejoinLater(room);
        return;
      }
      this.#note(`sees ${name} go from ${room.channel}: ${codes.join()}`);
      room.occupants.delete(name);
      if (isSelf && room.self === name && nick !== undefined) room.self = nick;
      return;
    }
    if (room.self === undefined && room.asking?.isJoin !== true) return;
    if (!room.occupants.has(name)) this.#note(`sees ${name} in ${room.channel}`);
    room.occupants.set(name, stanza.getChild('occupant-id', Namespace.occupantId)?.attrs.id ?? '');
    if (!isSelf) return;
    if (room.self === undefined) {
      // That of the client before it: the answer to a join has the id of the join.
      if (stanza.attrs.id !== room.asking?.id) return;
      room.stay++;
      room.gaps = [];
      this.#note(`is in ${room.channel} as ${name}`);
    }
    room.self = name;
    if (room.asking?.isJoin === true) room.asking = undefined;
    // It changed its mind while it was on its way.
    if (!room.isWanted && room.asking === undefined) this.#leave(room);
  }

  #message(stanza: Element, room: Room, name: string): void {
    const text = stanza.getChildText('body');
    if (text === null) return;
    if (name === '') {
      const silc = stanza.getChild('silc', Namespace.silcMessage)?.attrs ?? {};
      this.#note(`is shown in ${room.channel}: ${silc.kind ?? ''} ${silc.since ?? ''} ${silc.until ?? ''}`);
      if (silc.kind === 'gap') {
        room.gaps.push({ since: Date.parse(silc.since ?? ''), until: Date.parse(silc.until ?? '') });
      } else if (silc.kind === 'undecryptable') {
        // It is told once: until the next line that can be read.
        room.gaps.push({ since: 0, until: Infinity });
      }
      return;
    }
    // A client that is not in the room shows nothing of it.
    if (room.self === undefined) return;
    this.#note(`hears ${text}`);
    room.gaps = room.gaps.map((gap) => (gap.until === Infinity ? { ...gap, until: Date.now() } : gap));
    if (!text.endsWith(` ${room.channel}`)) this.#fault('a line of another room', stanza);
    this.#heard.set(text, this.heard(text) + 1);
  }

  #join(room: Room): void {
    if (room.self !== undefined || room.asking !== undefined) return;
    const id = this.#id('join');
    room.occupants.clear();
    room.asking = { id, isJoin: true, at: Date.now(), stream: this.#parts.server.stream };
    this.#note(`joins ${room.channel} (${id})`);
    this.#send(
      xml(
        'presence',
        { from: this.full, to: `${room.jid}/${room.nick}`, id },
        xml('x', { xmlns: Namespace.muc }, xml('history', { maxstanzas: 0 })),
      ),
    );
    this.#later(PATIENCE_MS, () => this.#giveUp(room, id));
  }

  #leave(room: Room): void {
    if (room.self === undefined || room.asking !== undefined) return;
    const id = this.#id('leave');
    room.asking = { id, isJoin: false, at: Date.now(), stream: this.#parts.server.stream };
    this.#note(`leaves ${room.channel} (${id})`);
    this.#send(xml('presence', { from: this.full, to: `${room.jid}/${room.self}`, id, type: 'unavailable' }));
    this.#later(PATIENCE_MS, () => this.#giveUp(room, id));
  }

  /** What the gateway has got must be answered, however long it takes; what was lost on the way is tried again. */
  #giveUp(room: Room, id: string): void {
    const { asking } = room;
    if (asking?.id !== id) return;
    if (this.#parts.hasArrived(id) || asking.stream === this.#parts.server.stream) {
      this.#later(PATIENCE_MS, () => this.#giveUp(room, id));
      return;
    }
    room.asking = undefined;
    if (asking.isJoin) this.#rejoinLater(room);
    else this.#leave(room);
  }

  #giveUpQuery(id: string): void {
    const query = this.#queries.get(id);
    if (query === undefined || this.#parts.hasArrived(id)) return;
    if (query.stream === this.#parts.server.stream) this.#later(PATIENCE_MS, () => this.#giveUpQuery(id));
    else this.#queries.delete(id);
  }

  #rejoinLater(room: Room): void {
    if (!room.isWanted) return;
    this.#later(REJOIN_MS, () => {
      if (room.isWanted && this.isOnline) this.#join(room);
    });
  }

  #out(room: Room): void {
    room.self = undefined;
    room.occupants.clear();
  }

  #send(stanza: Element): void {
    this.#parts.server.send(this, stanza);
  }

  #roomOf(channel: string): Room | undefined {
    return this.#rooms.get(`${channel}@${this.#parts.domain}`);
  }

  #id(kind: string): string {
    return `${kind}-${this.full}-${++this.#serial}`;
  }

  #later(ms: number, work: () => void): void {
    if (this.#isGone) return;
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      work();
    }, ms);
    this.#timers.add(timer);
  }

  #note(text: string): void {
    this.#parts.trace.note(this.full, text);
  }

  #fault(what: string, stanza: Element): void {
    this.#faults.push(`${this.full}: ${what}: ${stanza.toString()}`);
  }
}
