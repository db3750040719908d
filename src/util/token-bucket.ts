import { type Clock, monotonicMs } from './clock.js';

/** So many at once, and so many a second after that. */
export interface Rate {
  readonly burst: number;
  readonly perSecond: number;
}

/** A token bucket. It may be overdrawn: then it takes longer until there is a token again. */
export class TokenBucket {
  readonly #rate: Rate;
  readonly #now: Clock;
  #tokens: number;
  #countedAt: number;

  constructor(rate: Rate, now: Clock = monotonicMs) {
    this.#rate = rate;
    this.#now = now;
    this.#tokens = rate.burst;
    this.#countedAt = now();
  }

  /** Milliseconds until there is a whole token; 0 when there is one now. */
  get waitMs(): number {
    return this.waitMsFor(1);
  }

  /** The same for so many; what is more than it ever has is taken for that. */
  waitMsFor(amount: number): number {
    this.#refill();
    const { burst, perSecond } = this.#rate;
    return Math.ceil((Math.max(0, Math.min(amount, burst) - this.#tokens) * 1_000) / perSecond);
  }

  /** Takes only what is there. @returns whether it was */
  take(amount = 1): boolean {
    this.#refill();
    if (this.#tokens < amount) return false;
    this.#tokens -= amount;
    return true;
  }

  /** Takes whether it is there or not. */
  spend(amount: number): void {
    this.#refill();
    this.#tokens -= amount;
  }

  #refill(): void {
    const { burst, perSecond } = this.#rate;
    const now = this.#now();
    this.#tokens = Math.min(burst, this.#tokens + ((now - this.#countedAt) * perSecond) / 1_000);
    this.#countedAt = now;
  }
}
