/** What one more session that comes at the same time may cost the others: a slow server lets ten a second in. */
const SHARE_MS = 100;
const MAX_EXTRA_MS = 900_000;

/** The sessions of a network that are on their way, and how much more time that gives each of them. */
export class Crowd {
  #size = 0;
  #peak = 0;

  /** One more is on its way. @returns to be called once, when it has arrived or given up */
  enter(): () => void {
    this.#size++;
    this.#peak = Math.max(this.#peak, this.#size);
    let isIn = true;
    return () => {
      if (!isIn) return;
      isIn = false;
      this.#size--;
      if (this.#size === 0) this.#peak = 0;
    };
  }

  /** By the most that were on their way together since there was nobody last. */
  get extraMs(): number {
    return Math.min(MAX_EXTRA_MS, Math.max(0, this.#peak - 1) * SHARE_MS);
  }
}
