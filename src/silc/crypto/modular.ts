import { toHex } from '../bytes.js';

/**
 * Modular arithmetic on BigInt, for the portable backend and for checks of keys. BigInt is not constant-time: the time
 * of each operation depends on the size of the numbers, so callers blind what is secret.
 */

/** Value of big-endian octets; 0 for none. */
export function toBigInt(bytes: Uint8Array): bigint {
  return bytes.length === 0 ? 0n : BigInt(`0x${toHex(bytes)}`);
}

/** Minimal big-endian octets, or exactly `length` of them; none for 0 without a length. */
export function fromBigInt(value: bigint, length?: number): Uint8Array {
  let hex = value === 0n ? '' : value.toString(16);
  if (hex.length % 2 === 1) hex = `0${hex}`;
  const octets = hex.length / 2;
  const out = new Uint8Array(length ?? octets);
  const start = out.length - octets;
  for (let i = 0; i < octets; i++) out[start + i] = Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16);
  return out;
}

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
  let [r0, r1] = [modulus, ((value % modulus) + modulus) % modulus];
  let [t0, t1] = [0n, 1n];
  while (r1 !== 0n) {
    const quotient = r0 / r1;
    [r0, r1] = [r1, r0 - quotient * r1];
    [t0, t1] = [t1, t0 - quotient * t1];
  }
  if (r0 !== 1n) return undefined;
  return t0 < 0n ? t0 + modulus : t0;
}
