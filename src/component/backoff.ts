/** Waits between attempts to attach, milliseconds. */
export interface BackoffOptions {
  /** First wait. */
  readonly minMs: number;
  /** Longest wait. */
  readonly maxMs: number;
  /** Shortest wait after `conflict`: another gateway holds the domain, and trying often will not move it. */
  readonly conflictMs: number;
  /** An attachment that held this long counts as stable and starts the row of waits anew. */
  readonly stableMs: number;
}

export const DEFAULT_BACKOFF: BackoffOptions = {
  minMs: 1_000,
  maxMs: 60_000,
  conflictMs: 30_000,
  stableMs: 30_000,
};

/** Exponential backoff with jitter: each wait lies between half of its step and the whole of it. */
export class Backoff {
  readonly #options: BackoffOptions;
  readonly #random: () => number;
  #failures = 0;

  /** @param random yields [0, 1), like Math.random */
  constructor(options: BackoffOptions, random: () => number = Math.random) {
    this.#options = options;
    this.#random = random;
  }

  /**
   * The wait before the next attempt.
   * @param heldMs how long the last attachment held; 0 when the attempt never got there
   * @param conflict the server said that another connection holds the domain
   */
  next(heldMs: number, conflict: boolean): number {
    const { minMs, maxMs, conflictMs, stableMs } = this.#options;
    if (heldMs > 0 && heldMs >= stableMs) this.#failures = 0;
    // 2^30 times a millisecond is beyond every sensible maximum and exact.
    const step = Math.min(maxMs, minMs * 2 ** Math.min(this.#failures, 30));
    this.#failures += 1;
    const base = conflict ? Math.min(maxMs, Math.max(step, conflictMs)) : step;
    return Math.round(base / 2 + (base / 2) * this.#random());
  }
}
