import { concat, utf8 } from '../../../src/silc/bytes.js';

/** One decoder of octets from outside, as the tests and the bench run it. */
export interface DecoderRow {
  readonly what: string;
  /** The export that is meant: what the search of exports is compared with. */
  readonly of: unknown;
  readonly decode: (octets: Uint8Array) => unknown;
  /** Octets that it takes: what is changed at random. */
  readonly sample: Uint8Array;
  /** Octets of about a size that ought to make it work hardest, by what is in them. */
  readonly worst?: Readonly<Record<string, (size: number) => Uint8Array>> | undefined;
}

export const NOTHING = new Uint8Array(0);
export const u16 = (value: number): Uint8Array => Uint8Array.of(value >> 8, value);
export const u32 = (value: number): Uint8Array => concat(u16(value >>> 16), u16(value & 0xffff));

/** The unit again and again, as often as it fits into so many octets. */
export function repeated(unit: Uint8Array | string, size: number): Uint8Array {
  const octets = typeof unit === 'string' ? utf8(unit) : unit;
  const count = Math.max(0, Math.floor(size / octets.length));
  const out = new Uint8Array(count * octets.length);
  for (let i = 0; i < count; i++) out.set(octets, i * octets.length);
  return out;
}

/** Octets with their length in front, u16. */
export const block16 = (octets: Uint8Array): Uint8Array => concat(u16(octets.length), octets);

/** What everything is tried with. */
export const anyWorst: NonNullable<DecoderRow['worst']> = {
  zeros: (size) => new Uint8Array(size),
  ones: (size) => new Uint8Array(size).fill(0xff),
  text: (size) => repeated('a', size),
};
