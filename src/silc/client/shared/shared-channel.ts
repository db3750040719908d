import type { ChannelId, ClientId } from '../../ids.js';
import type { Member } from '../api/network.js';
import type { UserRecord, UserStore } from '../people/users.js';
import { MimeInbox } from '../messages/mime-inbox.js';
import type { OpenedPart } from './opened-messages.js';
import { KeyPool } from './shared-keys.js';

/** IDs of one channel, former ones included, by which it is found. */
const MAX_IDS = 8;

/** A member is replaced, not changed: events carry it as it was at their time. */
export interface MemberRecord extends Member {
  readonly user: UserRecord;
  readonly mode: number;
}

/** The session of a seat, as far as the others need it. */
export interface SeatHolder {
  readonly self: Pick<UserRecord, 'clientId'>;
  /** The octets of its Client ID. */
  readonly selfOctets: Uint8Array;
  /** Users that it knows. */
  readonly users: UserStore;
  /** Not about to end. */
  readonly staying: boolean;
  /** Asks who somebody is. Settles when that is known or cannot be found out; never rejects. */
  resolve(user: UserRecord): Promise<void>;
}

/** The place of one session on a channel. */
export interface Seat {
  readonly holder: SeatHolder;
  /** Members, kept while this seat leads. */
  readonly table: ReadonlyMap<ClientId, MemberRecord>;
  /** Another seat leads from now on. */
  follow(leader: Seat): void;
  /** This seat leads from now on: takes over what the one before knew. */
  lead(before: Seat): void;
}

/**
 * One channel for all sessions of the process that are on it. The first one leads: it keeps the members, as it would
 * alone. The others read its table, and the next of them takes it over when it goes.
 */
export class SharedChannel {
  /** Keys that the server gave, each once. */
  readonly keys = new KeyPool();
  /** The present one is the last. */
  readonly #ids: ChannelId[];
  readonly #channels: Map<ChannelId, SharedChannel>;
  readonly #seats = new Set<Seat>();
  #leader: Seat | undefined;
  #mime: MimeInbox<OpenedPart> | undefined;

  /** @param channels where it is found as long as somebody is on it */
  constructor(channels: Map<ChannelId, SharedChannel>, id: ChannelId) {
    this.#channels = channels;
    this.#ids = [id];
  }

  /** Sessions that are on it. */
  get size(): number {
    return this.#seats.size;
  }

  /** Fragments of messages, put together once for all. */
  get mime(): MimeInbox<OpenedPart> {
    return (this.#mime ??= new MimeInbox());
  }

  /** A session is on the channel. */
  sit(seat: Seat): void {
    if (this.#seats.size === 0) for (const id of this.#ids) this.#channels.set(id, this);
    this.#seats.add(seat);
    this.#leader ??= seat;
    if (this.#leader !== seat) seat.follow(this.#leader);
  }

  /** A session leaves; the next one leads where it did. What the seat knows has to be still there. */
  rise(seat: Seat): void {
    if (!this.#seats.delete(seat)) return;
    if (this.#seats.size === 0) {
      for (const id of this.#ids) if (this.#channels.get(id) === this) this.#channels.delete(id);
      this.#mime?.close();
      this.#mime = undefined;
    }
    if (this.#leader !== seat) return;
    const next = this.#successor();
    this.#leader = next;
    if (next === undefined) return;
    for (const other of this.#seats) if (other !== next) other.follow(next);
    next.lead(seat);
  }

  /**
   * The channel has another ID, by which it is found from now on; the old one leads to it too, for sessions that hear of
   * the change later. False when another channel has this ID: then the session has to change over to that one.
   */
  renumber(newId: ChannelId): boolean {
    const other = this.#channels.get(newId);
    if (other === this) return true;
    if (other !== undefined && other.#ids.at(-1) === newId) return false;
    this.#ids.push(newId);
    this.#channels.set(newId, this);
    const [oldest] = this.#ids.length > MAX_IDS ? this.#ids.splice(0, 1) : [];
    if (oldest !== undefined && this.#channels.get(oldest) === this) this.#channels.delete(oldest);
    return true;
  }

  #successor(): Seat | undefined {
    for (const seat of this.#seats) if (seat.holder.staying) return seat;
    const [first] = this.#seats;
    return first;
  }
}
