/** Numbers that depend on nothing but a seed (mulberry32). */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** [0, 1) */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number, both ends included. */
  between(least: number, most: number): number {
    return least + Math.floor(this.next() * (most - least + 1));
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<T>(list: readonly T[]): T {
    const [first] = list;
    const picked = list[this.between(0, list.length - 1)] ?? first;
    if (picked === undefined) throw new Error('nothing to pick from');
    return picked;
  }

  /** Some of a list in its order, at least one. */
  some<T>(list: readonly T[]): readonly T[] {
    const kept = list.filter(() => this.chance(0.6));
    return kept.length > 0 ? kept : [this.pick(list)];
  }
}
