/**
 * How often something may be done: at most `burst` times at once, and once more with each interval that passes. Key
 * exchanges cost some milliseconds each, and everybody on the network may ask for them.
 */
export class Allowance {
  readonly #burst: number;
  readonly #intervalMs: number;
  readonly #now: () => number;
  #left: number;
  #since: number;

  /** @param now clock in milliseconds */
  constructor(burst: number, intervalMs: number, now: () => number) {
    this.#burst = burst;
    this.#intervalMs = intervalMs;
    this.#now = now;
    this.#left = burst;
    this.#since = now();
  }

  /** True, and once less from now on, where there is still one left. */
  take(): boolean {
    const now = this.#now();
    const grown = Math.floor((now - this.#since) / this.#intervalMs);
    if (grown > 0) {
      this.#left = Math.min(this.#burst, this.#left + grown);
      this.#since += grown * this.#intervalMs;
    }
    if (this.#left === 0) return false;
    this.#left--;
    return true;
  }
}
