import { monotonicMs } from '../../../util/clock.js';
import { LruMap } from '../../../util/lru-map.js';
import { SerialQueue } from '../../../util/serial-queue.js';
import type { ClientId } from '../../ids.js';
import type { Notify } from '../../packets/notify.js';
import { MAX_LAG_MS } from '../limits.js';

export type ChannelModeNotify = Extract<Notify, { type: 'cmode-change' }>;

/** Commands that are sent for one change while others change the same again and again. */
export const MAX_ATTEMPTS = 3;

/** What others have changed of one mask while an own change was under way. */
export interface ForeignChange {
  /** Bits that somebody else has changed. */
  readonly changed: number;
  /** Those of them that are to be set: as they were changed last, which is not what the newest mask of others says. */
  readonly mode: number;
}

/** What others have changed of the channel since the own turn began to send. */
export interface ForeignChanges {
  /** In the order of the server. */
  readonly notifies: readonly ChannelModeNotify[];
  readonly channel: ForeignChange | undefined;
}

/** The member that a turn is about. */
export interface WatchedMember {
  /** The newest one that was heard. */
  readonly mode: number;
  /** What others have changed since. */
  readonly foreign: ForeignChange | undefined;
}

/** Changes that are kept of one turn; a flood of them is the same as its end. */
const MAX_KEPT = 32;
/** Members whose changes are remembered. */
const MAX_HEARD = 64;

class Notes implements ForeignChanges {
  readonly notifies: ChannelModeNotify[] = [];
  channel: ForeignChange | undefined;
}

class MemberNotes implements WatchedMember {
  mode: number;
  foreign: ForeignChange | undefined;
  readonly is: (id: ClientId) => boolean;

  constructor(mode: number, is: (id: ClientId) => boolean) {
    this.mode = mode;
    this.is = is;
  }
}

/**
 * Own changes of one channel's modes, one after the other. A mask is complete, so whoever sends one takes back what
 * others have changed since it was composed: their changes of that time are noted, and then made again.
 */
export class ModeTurns {
  readonly #queue = new SerialQueue();
  #notes: Notes | undefined;
  #member: MemberNotes | undefined;
  /** Members whose mode has changed, and when that was heard. */
  readonly #heard = new LruMap<ClientId, number>(MAX_HEARD);

  /** Runs a task when those before it are over. */
  run<T>(task: () => Promise<T>): Promise<T> {
    return this.#queue.run(() =>
      task().finally(() => {
        this.#notes = undefined;
        this.#member = undefined;
      }),
    );
  }

  /** Notes the changes of the channel by others from here to the end of the turn. */
  watch(): ForeignChanges {
    return (this.#notes = new Notes());
  }

  /**
   * Likewise of a member, who may take another Client ID meanwhile.
   * @param mode which the turn begins with
   */
  watchMember(mode: number, is: (id: ClientId) => boolean): WatchedMember {
    return (this.#member = new MemberNotes(mode, is));
  }

  /** Somebody else has changed the modes of the channel. */
  channelChanged(notify: ChannelModeNotify, oldMode: number): void {
    const notes = this.#notes;
    if (notes === undefined) return;
    notes.channel = merged(notes.channel, notify.mode, oldMode);
    if (notes.notifies.push(notify) > MAX_KEPT) notes.notifies.shift();
  }

  /** The mode of a member is another one. @param own by the own command */
  memberChanged(id: ClientId, mode: number, own: boolean): void {
    this.#heard.set(id, monotonicMs());
    const member = this.#member;
    if (member?.is(id) !== true) return;
    if (!own) member.foreign = merged(member.foreign, mode, member.mode);
    member.mode = mode;
  }

  /** Members whose mode has changed so lately that another session may not have heard of it. */
  heardLately(): readonly ClientId[] {
    const since = monotonicMs() - MAX_LAG_MS;
    return [...this.#heard].flatMap(([id, at]) => (at >= since ? [id] : []));
  }
}

/** A mask with what others have changed, and an own change on top. */
export function merge(
  mode: number,
  foreign: ForeignChange | undefined,
  { set = 0, clear = 0 }: { readonly set?: number; readonly clear?: number },
  never = 0,
): number {
  const { changed = 0, mode: theirs = 0 } = foreign ?? {};
  const kept = changed & ~never;
  return ((((mode & ~kept) | (theirs & kept)) & ~clear) | set) >>> 0;
}

function merged(before: ForeignChange | undefined, mode: number, oldMode: number): ForeignChange {
  const { changed = 0, mode: known = 0 } = before ?? {};
  const now = mode ^ oldMode;
  // Whoever changes another bit also repeats what an own stale mask has just taken back.
  return { changed: changed | now, mode: (known & ~now) | (mode & now) };
}
