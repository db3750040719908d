import { concat } from '../../../src/silc/bytes.js';

/** Numbers that a seed makes (mulberry32): fast, and the same everywhere. */
export class SeededRandom {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** A whole number from 0 and below `end`. */
  below(end: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % end;
  }

  /** @throws Error when there is nothing to choose from */
  of<T>(list: readonly T[]): T {
    const item = list[this.below(list.length)];
    if (item === undefined) throw new Error('nothing to choose from');
    return item;
  }

  octets(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => this.below(256));
  }
}

/** What lies in octets as a length, or as a count, is what decoders believe first. */
const LENGTHS = [0, 1, 2, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0x8000, 0xffff];
/** Longest input that is made; longer ones are cut. */
const MAX_LENGTH = 4_096;

/** Changes a seed input once to five times: by octet, by piece, and by pieces of another one. */
export function changed(random: SeededRandom, octets: Uint8Array, others: readonly Uint8Array[]): Uint8Array {
  let out: Uint8Array = octets.slice(0, MAX_LENGTH);
  for (let left = 1 + random.below(5); left > 0; left--) out = changedOnce(random, out, others);
  return out.length > MAX_LENGTH ? out.subarray(0, MAX_LENGTH) : out;
}

function changedOnce(random: SeededRandom, octets: Uint8Array, others: readonly Uint8Array[]): Uint8Array {
  const length = octets.length;
  const at = random.below(length + 1);
  const end = Math.min(length, at + 1 + random.below(40));
  const [before, behind] = [octets.subarray(0, at), octets.subarray(at)];
  switch (random.below(8)) {
    case 0:
      if (at < length) octets[at] = random.below(256);
      return octets;
    case 1:
      if (at < length) octets[at] = (octets[at] ?? 0) ^ (1 << random.below(8));
      return octets;
    case 2: {
      const value = random.of(LENGTHS);
      if (at + 1 < length) octets.set([value >> 8, value & 0xff], at);
      return octets;
    }
    case 3:
      return concat(before, random.octets(1 + random.below(16)), behind);
    case 4:
      return concat(before, octets.subarray(end));
    case 5:
      return concat(octets.subarray(0, end), behind);
    case 6:
      return before.slice();
    default: {
      const other = random.of(others);
      const from = random.below(other.length + 1);
      return concat(before, other.subarray(from, from + random.below(64)), behind);
    }
  }
}
