import { constantTimeEqual } from '../bytes.js';
import { SilcError } from '../errors.js';
import type { RsaPublicNumbers } from './backend.js';

/**
 * PKCS#1 v1.5 blocks of type 1 (RFC 8017, 9.2 without the DigestInfo): `00 01 FF…FF 00 data`, at least eight FF.
 */
export const TYPE1_OVERHEAD = 11;

/** Key sizes of the toolkit, in bits of the modulus. */
const MIN_MODULUS_BITS = 768;
export const MAX_MODULUS_BITS = 16384;

/**
 * Longest public exponent, octets. The toolkit makes 65533 or the next fitting number; a long one is only good for
 * making the verifier work for seconds.
 */
export const MAX_PUBLIC_EXPONENT_LENGTH = 8;

/** Bits of a minimal big-endian integer. */
export function bitLength(number: Uint8Array): number {
  const first = number[0];
  return first === undefined ? 0 : (number.length - 1) * 8 + (32 - Math.clz32(first));
}

/**
 * Whether the public numbers can be calculated with at a bounded cost: modulus of 768 to 16384 bits and odd, exponent
 * odd, at least 3 and at most 8 octets, both without leading zeros.
 */
export function usablePublicNumbers({ n, e }: RsaPublicNumbers): boolean {
  const bits = bitLength(n);
  return (
    n[0] !== 0 &&
    bits >= MIN_MODULUS_BITS &&
    bits <= MAX_MODULUS_BITS &&
    odd(n) &&
    e[0] !== 0 &&
    e.length <= MAX_PUBLIC_EXPONENT_LENGTH &&
    odd(e) &&
    bitLength(e) > 1
  );
}

/** The block of `length` octets around `data`. @throws SilcError `usage` when the data does not fit. */
export function type1Block(data: Uint8Array, length: number): Uint8Array {
  if (data.length > length - TYPE1_OVERHEAD) {
    throw new SilcError('usage', `${data.length} octets do not fit an RSA block of ${length}`);
  }
  const block = new Uint8Array(length).fill(0xff);
  block[0] = 0;
  block[1] = 1;
  block[length - data.length - 1] = 0;
  block.set(data, length - data.length);
  return block;
}

/** The data inside a block, or undefined when the block is not well-formed. */
export function type1Data(block: Uint8Array): Uint8Array | undefined {
  if (block.length < TYPE1_OVERHEAD || block[0] !== 0 || block[1] !== 1) return undefined;
  const end = block.findIndex((octet, i) => i >= 2 && octet !== 0xff);
  if (end < TYPE1_OVERHEAD - 1 || block[end] !== 0) return undefined;
  return block.slice(end + 1);
}

/** Whether a recovered block holds exactly `expected`. */
export function holds(recovered: Uint8Array | undefined, expected: Uint8Array): boolean {
  return recovered !== undefined && constantTimeEqual(recovered, expected);
}

function odd(number: Uint8Array): boolean {
  return ((number.at(-1) ?? 0) & 1) === 1;
}
