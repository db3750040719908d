/**
 * Allows so many commands: at first a few at once, then one in a fixed time. A silcd delays whoever sends more than one in
 * two seconds for long, also with what the user wants.
 */
export class Pace {
  readonly #burst: number;
  readonly #commandMs: number;
  readonly #now: () => number;
  #credit: number;
  #since: number;

  /** @param commandMs - milliseconds in which one command is earned */
  constructor(burst: number, commandMs: number, now: () => number = () => performance.now()) {
    this.#burst = burst;
    this.#commandMs = commandMs;
    this.#now = now;
    this.#credit = burst;
    this.#since = now();
  }

  /** Counts commands that were sent, also those that were not allowed yet. */
  spend(commands: number): void {
    this.#earn();
    this.#credit -= commands;
  }

  /** Milliseconds until the next command is allowed; 0 for now. */
  get waitMs(): number {
    this.#earn();
    return Math.max(0, 1 - this.#credit) * this.#commandMs;
  }

  #earn(): void {
    const now = this.#now();
    this.#credit = Math.min(this.#burst, this.#credit + (now - this.#since) / this.#commandMs);
    this.#since = now;
  }
}
