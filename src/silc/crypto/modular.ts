import { invert } from '@noble/curves/abstract/modular.js';
import { bytesToNumberBE, numberToBytesBE } from '@noble/curves/utils.js';

/**
 * Modular arithmetic on BigInt, for the portable backend and for checks of keys. BigInt is not constant-time: the time
 * of each operation depends on the size of the numbers, so callers blind what is secret.
 */

/** Value of big-endian octets; 0 for none. */
export function toBigInt(bytes: Uint8Array): bigint {
  return bytes.length === 0 ? 0n : bytesToNumberBE(bytes);
}

/** Minimal big-endian octets, or exactly `length` of them; none for 0 without a length. */
export function fromBigInt(value: bigint, length?: number): Uint8Array {
  const octets = length ?? Math.ceil(value === 0n ? 0 : value.toString(16).length / 2);
  return octets === 0 ? new Uint8Array(0) : numberToBytesBE(value, octets);
}

// The `pow` of noble skips the multiplications of zero bits, so its time tells the exponent; a window is also faster.
const WINDOW_BITS = 4;

/**
 * base^exponent mod modulus with a fixed window of four bits: the same squarings and multiplications for every exponent
 * of the same length, no table index skipped.
 */
export function modPow(base: bigint, exponent: bigint, modulus: bigint): bigint {
  const powers: bigint[] = [1n % modulus];
  const reduced = base % modulus;
  for (let i = 1; i < 1 << WINDOW_BITS; i++) powers.push(((powers[i - 1] ?? 0n) * reduced) % modulus);
  let result = 1n % modulus;
  for (const digit of exponent.toString(16)) {
    for (let i = 0; i < WINDOW_BITS; i++) result = (result * result) % modulus;
    result = (result * (powers[Number.parseInt(digit, 16)] ?? 0n)) % modulus;
  }
  return result;
}

/** The inverse of `value` mod `modulus` (above 1), or undefined when they share a divisor. */
export function modInverse(value: bigint, modulus: bigint): bigint | undefined {
  try {
    return invert(value, modulus);
  } catch {
    return undefined;
  }
}
