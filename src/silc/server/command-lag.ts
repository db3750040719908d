/**
 * The lag that silcd puts on commands: commands within two seconds of each other raise a
 * counter, quiet lowers it by two. Strict commands wait 200 ms as long as it is below 3, others not before it exceeds
 * 5; beyond, a command waits up to 2 s. There is no punishment, and waiting commands overtake each other.
 */
export class CommandLag {
  #counter = 0;
  #last: number | undefined;

  /**
   * @param now milliseconds of a monotonic clock
   * @returns milliseconds that this command has to wait
   */
  delay(now: number, strict: boolean): number {
    const since = this.#last === undefined ? Infinity : now - this.#last;
    this.#last = now;
    const recent = since < 2000;
    this.#counter = recent ? this.#counter + 1 : Math.max(0, this.#counter - 2);
    if (strict) {
      if (!recent) return 0;
      return this.#counter < 3 ? 200 : Math.max(0, 2000 - since);
    }
    return this.#counter > 5 ? Math.max(0, 2000 - since) : 0;
  }
}
