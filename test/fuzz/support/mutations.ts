import fc from 'fast-check';
import { concat } from '../../../src/silc/bytes.js';

/** One change of a run of octets; places are taken modulo its length. */
type Mutation =
  | { readonly kind: 'set'; readonly at: number; readonly octet: number }
  | { readonly kind: 'flip'; readonly at: number; readonly bit: number }
  | { readonly kind: 'insert'; readonly at: number; readonly octets: Uint8Array }
  | { readonly kind: 'remove'; readonly at: number; readonly length: number }
  | { readonly kind: 'repeat'; readonly at: number; readonly length: number }
  | { readonly kind: 'length'; readonly at: number; readonly value: number };

const place = fc.nat(0xffff);

const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  fc.record({ kind: fc.constant('set' as const), at: place, octet: fc.nat(0xff) }),
  fc.record({ kind: fc.constant('flip' as const), at: place, bit: fc.nat(7) }),
  fc.record({ kind: fc.constant('insert' as const), at: place, octets: fc.uint8Array({ maxLength: 24 }) }),
  fc.record({ kind: fc.constant('remove' as const), at: place, length: fc.integer({ min: 1, max: 40 }) }),
  fc.record({ kind: fc.constant('repeat' as const), at: place, length: fc.integer({ min: 1, max: 80 }) }),
  // What lies in the octets as a length is what decoders believe first.
  fc.record({
    kind: fc.constant('length' as const),
    at: place,
    value: fc.constantFrom(0, 1, 2, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0x8000, 0xffff),
  }),
);

/** A few changes in a row; none in some of the cases, so that what follows is reached too. */
export const mutations: fc.Arbitrary<readonly Mutation[]> = fc.array(mutation, { maxLength: 4 });

/** The octets with the changes made; a new array. */
export function mutated(octets: Uint8Array, changes: readonly Mutation[]): Uint8Array {
  let out: Uint8Array = octets.slice();
  for (const change of changes) out = applied(out, change);
  return out;
}

function applied(octets: Uint8Array, change: Mutation): Uint8Array {
  const at = octets.length === 0 ? 0 : change.at % octets.length;
  switch (change.kind) {
    case 'set':
      if (octets.length > 0) octets[at] = change.octet;
      return octets;
    case 'flip':
      if (octets.length > 0) octets[at] = (octets[at] ?? 0) ^ (1 << change.bit);
      return octets;
    case 'insert':
      return concat(octets.subarray(0, at), change.octets, octets.subarray(at));
    case 'remove':
      return concat(octets.subarray(0, at), octets.subarray(at + change.length));
    case 'repeat':
      return concat(octets.subarray(0, at + change.length), octets.subarray(at));
    case 'length':
      if (octets.length > at + 1) {
        octets[at] = change.value >> 8;
        octets[at + 1] = change.value & 0xff;
      }
      return octets;
  }
}

/** The octets in pieces of random sizes, as TCP may cut them. */
export function cut(octets: Uint8Array, sizes: readonly number[]): readonly Uint8Array[] {
  const pieces: Uint8Array[] = [];
  let at = 0;
  for (let i = 0; at < octets.length; i++) {
    const size = Math.max(1, sizes[i % Math.max(1, sizes.length)] ?? octets.length);
    pieces.push(octets.subarray(at, at + size));
    at += size;
  }
  return pieces;
}
