import type { Notify } from '../../packets/notify.js';
import type { UserRecord } from '../people/users.js';
import { SerialQueue } from '../../../util/serial-queue.js';

export type ChannelModeNotify = Extract<Notify, { type: 'cmode-change' }>;

/** What others have changed of one mask while an own change was under way. */
export interface ForeignChange {
  /** Bits that somebody else has changed. */
  readonly changed: number;
  /** Those of them that are to be set: as they were changed last, which is not what the newest mask of others says. */
  readonly mode: number;
}

/** What others have changed since the own turn began to send. */
export interface ForeignChanges {
  /** In the order of the server. */
  readonly notifies: readonly ChannelModeNotify[];
  readonly channel: ForeignChange | undefined;
  readonly members: ReadonlyMap<UserRecord, ForeignChange>;
}

/** Changes that are kept of one turn; a flood of them is the same as its end. */
const MAX_KEPT = 32;

class Notes implements ForeignChanges {
  readonly notifies: ChannelModeNotify[] = [];
  channel: ForeignChange | undefined;
  readonly members = new Map<UserRecord, ForeignChange>();
  /** The newest mode of the member that the turn is about. */
  readonly modes = new Map<UserRecord, number>();
}

/**
 * Own changes of one channel's modes, one after the other. A mask is complete, so whoever sends one takes back what
 * others have changed since it was composed: their changes of that time are noted, and then made again.
 */
export class ModeTurns {
  readonly #queue = new SerialQueue();
  #notes: Notes | undefined;

  /** Runs a task when those before it are over. */
  run<T>(task: () => Promise<T>): Promise<T> {
    return this.#queue.run(() => task().finally(() => (this.#notes = undefined)));
  }

  /**
   * Notes the changes of others from here to the end of the turn.
   * @param member whose mode the turn changes, and the mode that it is composed of
   */
  watch(member?: UserRecord, mode = 0): ForeignChanges {
    this.#notes = new Notes();
    if (member !== undefined) this.#notes.modes.set(member, mode);
    return this.#notes;
  }

  /** Somebody else has changed the modes of the channel. */
  channelChanged(notify: ChannelModeNotify, oldMode: number): void {
    const notes = this.#notes;
    if (notes === undefined) return;
    notes.channel = merged(notes.channel, notify.mode, oldMode);
    if (notes.notifies.push(notify) > MAX_KEPT) notes.notifies.shift();
  }

  /** Likewise of a member, who may take another Client ID meanwhile; also by the own command. */
  memberChanged(member: UserRecord, mode: number, own: boolean): void {
    const oldMode = this.#notes?.modes.get(member);
    if (this.#notes === undefined || oldMode === undefined) return;
    const { modes, members } = this.#notes;
    modes.set(member, mode);
    if (!own) members.set(member, merged(members.get(member), mode, oldMode));
  }
}

function merged(before: ForeignChange | undefined, mode: number, oldMode: number): ForeignChange {
  const { changed = 0, mode: known = 0 } = before ?? {};
  const now = mode ^ oldMode;
  // Whoever changes another bit also repeats what an own stale mask has just taken back.
  return { changed: changed | now, mode: (known & ~now) | (mode & now) };
}
