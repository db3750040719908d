/** Work done one piece after the other, in the order it came. A piece that fails does not hold up those behind it. */
export class SerialQueue {
  #tail: Promise<unknown> = Promise.resolve();
  #size = 0;
  readonly #limit: number;
  readonly #full: () => Error;

  /**
   * @param limit - pieces that may be under way or wait; one more is refused
   * @param full - makes the error of the refusal
   */
  constructor(limit = Infinity, full: () => Error = () => new Error('too much work is waiting')) {
    this.#limit = limit;
    this.#full = full;
  }

  get idle(): boolean {
    return this.#size === 0;
  }

  /** Settles as `work` does when its turn has come. @throws the error of `full`. */
  run<T>(work: () => T | Promise<T>): Promise<T> {
    if (this.#size >= this.#limit) return Promise.reject(this.#full());
    this.#size++;
    const result = this.#tail.then(work).finally(() => this.#size--);
    this.#tail = result.catch(() => undefined);
    return result;
  }
}
