/** Stanzas that a room sends at once to clients that join it again and again, and how many a second after that. */
const BURST = 5_000;
const PER_SECOND = 500;

/**
 * What it costs to show a room anew. One presence from a client makes one stanza for each occupant: without a bound, a
 * client that joins a large room in a loop would fill the queue to the Jabber server for everybody. The joins of one user
 * beyond the budget wait for their turn; none is left without its answer.
 */
export class ReplayBudget {
  readonly #now: () => number;
  #left = BURST;
  #countedAt: number;

  /** @param now - milliseconds of a monotonic clock */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
    this.#countedAt = now();
  }

  /** Milliseconds until the room may be shown again; 0 when now. */
  get waitMs(): number {
    this.#refill();
    return this.#left > 0 ? 0 : Math.ceil(((1 - this.#left) * 1_000) / PER_SECOND);
  }

  /** So many stanzas were sent. */
  spend(stanzas: number): void {
    this.#refill();
    this.#left -= stanzas;
  }

  #refill(): void {
    const now = this.#now();
    this.#left = Math.min(BURST, this.#left + ((now - this.#countedAt) * PER_SECOND) / 1_000);
    this.#countedAt = now;
  }
}
