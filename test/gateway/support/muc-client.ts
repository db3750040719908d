import type { Element } from '../../../src/component/types.js';
import { Namespace } from '../../../src/mapping/namespaces.js';

/** How a client shows somebody in a room. */
export interface Shown {
  occupantId: string | undefined;
  affiliation: string;
  role: string;
}

/** What a client of multi-user chat knows of one room, by nothing but the stanzas that it got. */
export interface ClientRoom {
  /** A join was sent that has not been answered. */
  isAsking: boolean;
  /** The own name in the room; undefined while the client is not in it. */
  self: string | undefined;
  /** Counts the times that the client came in. */
  stay: number;
  readonly occupants: Map<string, Shown>;
  /** The affiliation that each moderator is shown with, by occupant id, from when on the role is shown. */
  readonly moderators: Map<string, string>;
  subject: string | undefined;
  /** Texts in the order in which they came, each with the occupant id of its author. */
  readonly lines: { readonly text: string; readonly occupantId: string | undefined }[];
  /** What the room itself said, by `kind`: lines may be missing. */
  readonly notices: string[];
}

/** One Jabber client, as XEP-0045 wants it. What it must not be sent it writes down. */
export class MucClient {
  readonly full: string;
  readonly #rooms = new Map<string, ClientRoom>();
  readonly #faults: string[];
  /** Ids of its messages and requests that were answered with an error. */
  readonly refused = new Set<string>();
  /** Ids of requests that have no answer yet. */
  readonly open = new Set<string>();

  /** @param faults where it writes down what it must not be sent */
  constructor(full: string, faults: string[]) {
    this.full = full;
    this.#faults = faults;
  }

  get bare(): string {
    return this.full.split('/', 1)[0] ?? '';
  }

  room(jid: string): ClientRoom {
    const known = this.#rooms.get(jid);
    if (known !== undefined) return known;
    const room: ClientRoom = {
      ...{ isAsking: false, self: undefined, stay: 0, subject: undefined },
      ...{ occupants: new Map(), moderators: new Map(), lines: [], notices: [] },
    };
    this.#rooms.set(jid, room);
    return room;
  }

  receive(stanza: Element): void {
    const [jid = '', ...rest] = (stanza.attrs.from ?? '').split('/');
    const name = rest.join('/');
    const { id = '', type } = stanza.attrs;
    if (stanza.name === 'iq') {
      if (!this.open.delete(id)) this.#fault(stanza, 'an answer to nothing');
      return;
    }
    if (type === 'error') {
      if (stanza.name === 'message') this.refused.add(id);
      else this.room(jid).isAsking = false;
      return;
    }
    if (stanza.name === 'presence') this.#presence(stanza, this.room(jid), name);
    else this.#message(stanza, this.room(jid), name);
  }

  #presence(stanza: Element, room: ClientRoom, name: string): void {
    const x = stanza.getChild('x', Namespace.mucUser);
    const item = x?.getChild('item')?.attrs ?? {};
    const codes = (x?.getChildren('status') ?? []).map(({ attrs }) => attrs.code);
    const isSelf = codes.includes('110');
    if (stanza.attrs.type === 'unavailable') {
      if (isSelf && !codes.includes('303')) {
        if (room.self !== undefined && room.self !== name) this.#fault(stanza, `own name was ${room.self}`);
        room.self = undefined;
        room.occupants.clear();
        room.moderators.clear();
        // Who is on the way in, and is told to be out, has its answer.
        room.isAsking = false;
        return;
      }
      if (isSelf) {
        if (room.self !== name) this.#fault(stanza, `own name was ${room.self ?? 'none'}`);
        room.self = item.nick;
      }
      const gone = room.occupants.get(name)?.occupantId;
      if (!codes.includes('303') && gone !== undefined) room.moderators.delete(gone);
      if (!room.occupants.delete(name)) this.#fault(stanza, 'somebody goes who was not there');
      return;
    }
    if (room.self === undefined && !room.isAsking) this.#fault(stanza, 'not in this room');
    const occupantId = stanza.getChild('occupant-id', Namespace.occupantId)?.attrs.id;
    const before = room.occupants.get(name);
    if (before !== undefined && before.occupantId !== occupantId) this.#fault(stanza, 'two with one name');
    const shown = { occupantId, affiliation: item.affiliation ?? '', role: item.role ?? '' };
    room.occupants.set(name, shown);
    this.#standing(stanza, room, shown);
    if (!isSelf) {
      if (room.self === name) this.#fault(stanza, 'another one has the own name');
      return;
    }
    if (room.self === undefined) room.stay++;
    else if (room.self !== name) this.#fault(stanza, `own name was ${room.self}`);
    room.self = name;
    room.isAsking = false;
  }

  /** Whoever is moderator by a role becomes no admin by staying it, nor the other way round. */
  #standing(stanza: Element, room: ClientRoom, { occupantId = '', affiliation, role }: Shown): void {
    const before = room.moderators.get(occupantId);
    if (role !== 'moderator') room.moderators.delete(occupantId);
    else room.moderators.set(occupantId, affiliation);
    const both = [before, role === 'moderator' ? affiliation : undefined];
    if (both.includes('none') && both.includes('admin')) this.#fault(stanza, `was ${before ?? ''}`);
  }

  #message(stanza: Element, room: ClientRoom, name: string): void {
    if (room.self === undefined) this.#fault(stanza, 'not in this room');
    const subject = stanza.getChildText('subject');
    const text = stanza.getChildText('body');
    if (stanza.getChild('subject') !== undefined && text === null) {
      room.subject = subject ?? '';
      return;
    }
    if (name === '') {
      const kind = stanza.getChild('silc', Namespace.silcMessage)?.attrs.kind;
      if (kind !== undefined) room.notices.push(kind);
      return;
    }
    const occupantId = stanza.getChild('occupant-id', Namespace.occupantId)?.attrs.id;
    const author = room.occupants.get(name);
    if (author === undefined) this.#fault(stanza, 'a line by nobody');
    else if (author.occupantId !== occupantId) this.#fault(stanza, 'a line by another one of that name');
    room.lines.push({ text: text ?? '', occupantId });
  }

  #fault(stanza: Element, what: string): void {
    this.#faults.push(`${this.full}: ${what}: ${stanza.toString()}`);
  }
}
