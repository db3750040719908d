import type { ClientId } from '../ids.js';
import type { Notify } from '../packets/notify.js';

export type ChannelModeNotify = Extract<Notify, { type: 'cmode-change' }>;

/** What others have changed while an own change was under way. */
export interface ForeignChanges {
  /** In the order of the server. */
  readonly channel: readonly ChannelModeNotify[];
  /** The newest mask of each member. */
  readonly members: ReadonlyMap<ClientId, number>;
}

/** Changes that are kept of one wait; a flood of them is the same as its end. */
const MAX_KEPT = 32;

class Record implements ForeignChanges {
  readonly channel: ChannelModeNotify[] = [];
  readonly members = new Map<ClientId, number>();
}

/**
 * Own changes of one channel's modes, one after the other. A mask is complete, so whoever sends one takes back what
 * others have changed since it was composed: their changes of that time are noted, and then made again.
 */
export class ModeTurns {
  #last: Promise<unknown> = Promise.resolve();
  #record: Record | undefined;

  /** Runs a task when those before it are over. */
  run<T>(task: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(task);
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  /** Begins to note, from nothing. */
  watch(): ForeignChanges {
    this.#record = new Record();
    return this.#record;
  }

  /** Ends it. */
  unwatch(): void {
    this.#record = undefined;
  }

  /** Somebody else has changed the modes of the channel. */
  channelChanged(notify: ChannelModeNotify): void {
    const changes = this.#record?.channel;
    if (changes !== undefined && changes.push(notify) > MAX_KEPT) changes.shift();
  }

  memberChanged(id: ClientId, mode: number): void {
    this.#record?.members.set(id, mode);
  }
}
