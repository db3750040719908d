/** Who holds back reading, because it has more to pass on than the Jabber server takes. */
export class ReadingHolds {
  readonly #by = new Set<object>();

  /** @returns whether anybody does, where that has changed */
  set(by: object, held: boolean): boolean | undefined {
    const wasHeld = this.#by.size > 0;
    if (held) this.#by.add(by);
    else this.#by.delete(by);
    const isHeld = this.#by.size > 0;
    return isHeld === wasHeld ? undefined : isHeld;
  }

  clear(): void {
    this.#by.clear();
  }
}
