import type { ChannelId, ClientId } from '../../ids.js';
import type { Channel, Member, User } from '../api/network.js';
import type { UserRecord, UserStore } from '../people/users.js';
import { MimeInbox } from '../messages/mime-inbox.js';
import type { OpenedPart } from './opened-messages.js';
import { KeyPool } from './shared-keys.js';
import { ToldChannel } from './told-channel.js';

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
  /** Another session has heard first that somebody has another Client ID. */
  takeChange(oldId: ClientId, newId: ClientId, nickname: string | undefined): void;
  /** Asks who somebody is. Settles when that is known or cannot be found out; never rejects. */
  resolve(user: UserRecord): Promise<void>;
}

/** The place of one session on a channel. */
export interface Seat {
  readonly holder: SeatHolder;
  /** Members, kept while this seat leads. */
  readonly table: ReadonlyMap<ClientId, MemberRecord>;
  /** The application knows that it is on the channel. */
  readonly isShown: boolean;
  /** Not about to leave: the application may not listen any more to a session that it has told to go. */
  readonly stays: boolean;
  /** Another seat leads from now on. */
  follow(leader: Seat): void;
  /** This seat leads from now on: takes over what the one before knew. */
  lead(before: Seat): void;
  /** This seat leads, and the application has been told other things than it knows. */
  tellAnew(): void;
}

/**
 * One channel for all sessions of the process that are on it. The first one leads: it keeps the members, as it would
 * alone. The others read its table, and the next of them takes it over when it goes.
 */
export class SharedChannel {
  /** Keys that the server gave, each once. */
  readonly keys = new KeyPool();
  readonly told = new ToldChannel();
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

  /** Who keeps the members and tells of them. */
  get leader(): Seat | undefined {
    return this.#leader;
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
    const [first] = this.#seats;
    const next = this.#successor() ?? first;
    this.#leader = next;
    if (next !== undefined) this.#handOver(seat, next);
  }

  /** The application hears of the channel through this seat from now on. */
  show(seat: Seat & Channel, self: User, mode: number): void {
    const isFirst = ![...this.#seats].some((other) => other !== seat && other.isShown && other.stays);
    this.told.show(seat, self, mode, isFirst);
  }

  /**
   * A session has changed over to this channel from another one, which was the same under another ID: the application has been
   * told what was told there.
   */
  merge(seat: Seat, before: SharedChannel): void {
    if (!seat.isShown || !seat.stays || before.told.members === undefined) return;
    this.told.takeOver(before.told);
    this.#leader?.tellAnew();
  }

  /** Who leads and is about to go leads no longer, where another one can. */
  relieve(): void {
    const before = this.#leader;
    if (before === undefined || before.stays) return;
    const next = this.#successor();
    if (next === undefined) return;
    this.#leader = next;
    this.#handOver(before, next);
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
    for (const seat of this.#seats) if (seat.stays) return seat;
    return undefined;
  }

  #handOver(before: Seat, next: Seat): void {
    for (const other of this.#seats) if (other !== next && other !== before) other.follow(next);
    next.lead(before);
    if (this.#seats.has(before)) before.follow(next);
  }
}
