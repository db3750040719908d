import { SilcError } from '../errors.js';
import type { RsaPrivateNumbers } from './backend.js';
import { stripLeadingZeros } from '../bytes.js';
import { fromBigInt, modInverse, toBigInt } from './modular.js';
import { bitLength, MAX_MODULUS_BITS, usablePublicNumbers } from './pkcs1.js';

/** Smallest key that is made new, in bits. Smaller ones of old installations can still be read and verified with. */
const MIN_GENERATED_BITS = 1024;

/** @throws SilcError `usage` when no key of this size is made. */
export function checkRsaBits(bits: number): void {
  if (!Number.isInteger(bits) || bits < MIN_GENERATED_BITS || bits > MAX_MODULUS_BITS || bits % 8 !== 0) {
    throw new SilcError('usage', `an RSA key of ${bits} bits`);
  }
}

/** The coefficient q⁻¹ mod p, minimal big-endian. @throws SilcError `malformed` when there is none. */
export function crtCoefficient(p: Uint8Array, q: Uint8Array): Uint8Array {
  const prime = toBigInt(p);
  const inverse = prime > 1n ? modInverse(toBigInt(q), prime) : undefined;
  if (inverse === undefined) throw new SilcError('malformed', 'RSA primes do not fit each other');
  return fromBigInt(inverse);
}

/**
 * Whether the private numbers belong together: n = p·q, e·dp ≡ 1 mod p−1, e·dq ≡ 1 mod q−1, dp and dq are d reduced,
 * qi·q ≡ 1 mod p. A key with one wrong number would give away its primes with the first signature.
 */
export function consistentPrivateNumbers(key: RsaPrivateNumbers): boolean {
  if (!usablePublicNumbers(key)) return false;
  const longest = key.n.length;
  const parts = [key.d, key.p, key.q, key.dp, key.dq, key.qi];
  if (parts.some((part) => part.length === 0 || part.length > longest || bitLength(part) < 1)) return false;
  const [n, e, d] = [toBigInt(key.n), toBigInt(key.e), toBigInt(key.d)];
  const [p, q] = [toBigInt(key.p), toBigInt(key.q)];
  const [dp, dq, qi] = [toBigInt(key.dp), toBigInt(key.dq), toBigInt(key.qi)];
  return (
    p > 2n &&
    q > 2n &&
    p * q === n &&
    d % (p - 1n) === dp &&
    d % (q - 1n) === dq &&
    (e * dp) % (p - 1n) === 1n &&
    (e * dq) % (q - 1n) === 1n &&
    (qi * q) % p === 1n &&
    qi < p
  );
}

/** The numbers of a private key as JSON Web Key (RFC 7518, 6.3), as both platforms' generators give them. */
export interface RsaJwk {
  readonly n?: string;
  readonly e?: string;
  readonly d?: string;
  readonly p?: string;
  readonly q?: string;
  readonly dp?: string;
  readonly dq?: string;
  readonly qi?: string;
}

/** @throws SilcError `malformed` when a number is missing. */
export function rsaKeyOfJwk(jwk: RsaJwk): RsaPrivateNumbers {
  const number = (name: keyof RsaJwk): Uint8Array => {
    const text = jwk[name];
    if (text === undefined) throw new SilcError('malformed', `RSA key without ${name}`);
    const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
    return stripLeadingZeros(Uint8Array.from(binary, (character) => character.charCodeAt(0)));
  };
  return {
    n: number('n'),
    e: number('e'),
    d: number('d'),
    p: number('p'),
    q: number('q'),
    dp: number('dp'),
    dq: number('dq'),
    qi: number('qi'),
  };
}
