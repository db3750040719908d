/** So much at once, and so much a second after that. */
export interface Allowance {
  readonly burst: number;
  readonly perSecond: number;
}

/** What is left of an allowance. Spending may go below nothing: then it takes longer until there is something again. */
export class Budget {
  readonly #allowance: Allowance;
  readonly #now: () => number;
  #left: number;
  #countedAt: number;

  /** @param now - milliseconds of a monotonic clock */
  constructor(allowance: Allowance, now: () => number = () => performance.now()) {
    this.#allowance = allowance;
    this.#now = now;
    this.#left = allowance.burst;
    this.#countedAt = now();
  }

  /** Milliseconds until something may be spent; 0 when now. */
  get waitMs(): number {
    this.#refill();
    return this.#left > 0 ? 0 : Math.ceil(((1 - this.#left) * 1_000) / this.#allowance.perSecond);
  }

  /** Spends only what is there. @returns whether it was */
  take(amount: number): boolean {
    this.#refill();
    if (this.#left < amount) return false;
    this.#left -= amount;
    return true;
  }

  spend(amount: number): void {
    this.#refill();
    this.#left -= amount;
  }

  #refill(): void {
    const { burst, perSecond } = this.#allowance;
    const now = this.#now();
    this.#left = Math.min(burst, this.#left + ((now - this.#countedAt) * perSecond) / 1_000);
    this.#countedAt = now;
  }
}
