/** Waits between attempts, milliseconds. */
export interface BackoffOptions {
  /** First wait. */
  readonly minMs: number;
  /** Longest wait. */
  readonly maxMs: number;
  /** A success that held this long counts as stable and starts the row of waits anew. */
  readonly stableMs: number;
}

/** Exponential backoff with jitter: each wait lies between half of its step and the whole of it. */
export class Backoff {
  readonly #options: BackoffOptions;
  readonly #random: () => number;
  #failures = 0;

  /** @param random - yields [0, 1), like Math.random */
  constructor(options: BackoffOptions, random: () => number = Math.random) {
    this.#options = options;
    this.#random = random;
  }

  /**
   * The wait before the next attempt, in milliseconds.
   * @param heldMs - how long the last success held; 0 when there was none since the last wait
   * @param leastStepMs - the step is at least so long this time (but not longer than the longest)
   */
  next(heldMs = 0, leastStepMs = 0): number {
    const { minMs, maxMs, stableMs } = this.#options;
    if (heldMs > 0 && heldMs >= stableMs) this.#failures = 0;
    // 2^30 times a millisecond is beyond every sensible maximum and exact.
    const step = Math.min(maxMs, Math.max(leastStepMs, minMs * 2 ** Math.min(this.#failures, 30)));
    this.#failures += 1;
    return Math.round(step / 2 + (step / 2) * this.#random());
  }
}
