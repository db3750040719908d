import { type Clock, monotonicMs } from './clock.js';

/** Time of one turn of the event loop for all that is done in `turns`, milliseconds. */
const TURN_MS = 10;

/**
 * Shares the event loop among many who have work that comes in small pieces: in each turn of the loop they are served in the
 * order they came, until the time of the turn is used up; the others are first in the next one.
 */
export class TurnScheduler {
  readonly #budgetMs: number;
  readonly #now: Clock;
  #waiting: (() => void)[] = [];
  #beganAt: number | undefined;
  #isDue = false;

  /** @param budgetMs - time of one turn, milliseconds; a single piece of work may go beyond it */
  constructor(budgetMs: number, now: Clock = monotonicMs) {
    this.#budgetMs = budgetMs;
    this.#now = now;
  }

  /** Whether whoever has done a piece of work is to wait for `turn` before the next one. */
  get isBusy(): boolean {
    return this.#waiting.length > 0 || this.#isUsedUp;
  }

  /** Resolves when it is one's turn. The work that follows the await is the piece that is counted. */
  turn(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#schedule();
    });
  }

  /** `turn` where it is busy, else nothing to be waited for: for one who does many pieces one after the other. */
  whenFree(): Promise<void> | undefined {
    return this.isBusy ? this.turn() : undefined;
  }

  get #isUsedUp(): boolean {
    if (this.#beganAt === undefined) {
      this.#beganAt = this.#now();
      this.#schedule();
      return false;
    }
    return this.#now() - this.#beganAt >= this.#budgetMs;
  }

  #schedule(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    setImmediate(() => {
      this.#isDue = false;
      this.#beganAt = undefined;
      this.#serve();
    });
  }

  #serve(): void {
    if (this.#waiting.length === 0) return;
    if (this.#isUsedUp) {
      this.#schedule();
      return;
    }
    this.#waiting.shift()?.();
    // Behind the work of the one who was just served.
    queueMicrotask(() => queueMicrotask(() => this.#serve()));
  }
}

/**
 * The turns of the process. Whatever many of the same kind have to do at one moment takes its turn here: packets of connections,
 * sessions that end or begin together.
 */
export const turns = new TurnScheduler(TURN_MS);
