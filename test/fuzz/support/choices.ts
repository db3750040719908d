/** Octets as choices: what is missing at the end is 0. So any change of an input is an input again. */
export class Choices {
  readonly #octets: Uint8Array;
  #at = 0;

  constructor(octets: Uint8Array) {
    this.#octets = octets;
  }

  get isOver(): boolean {
    return this.#at >= this.#octets.length;
  }

  next(end = 256): number {
    return (this.#octets[this.#at++] ?? 0) % end;
  }

  /** @throws Error when there is nothing to choose from */
  of<T>(list: readonly T[]): T {
    const wide = list.length > 256 ? this.next() * 256 + this.next() : this.next();
    const item = list[wide % Math.max(1, list.length)];
    if (item === undefined) throw new Error('nothing to choose from');
    return item;
  }

  take(length: number): Uint8Array {
    const taken = this.#octets.slice(this.#at, this.#at + length);
    this.#at += length;
    return taken;
  }
}
