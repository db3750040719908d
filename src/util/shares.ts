import { type TurnScheduler, turns } from './turn-scheduler.js';

/**
 * Pieces of work done in one go before it is looked whether others wait. More than a connection reads at a time: a queue that one
 * fills gets shorter while both take turns.
 */
export const SHARE = 32;

/** Work in many small pieces, like a queue that is emptied, in shares between which others have their turn. */
export class Shares {
  readonly #turns: TurnScheduler;
  #done = 0;

  constructor(scheduler: TurnScheduler = turns) {
    this.#turns = scheduler;
  }

  /** To be asked before each piece. Whether the next turn is to be waited for, and it to be asked anew then. */
  isOver(): boolean {
    if (this.#done >= SHARE) {
      this.#done = 0;
      if (this.#turns.isBusy) return true;
    }
    this.#done++;
    return false;
  }

  /** Resolves when the next share may begin. */
  next(): Promise<void> {
    return this.#turns.turn();
  }

  /** To be awaited before each piece: `next` where the share is over, else nothing to be waited for. */
  pause(): Promise<void> | undefined {
    if (!this.isOver()) return undefined;
    this.#done = 1;
    return this.next();
  }
}
