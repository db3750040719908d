import type { CryptoBackend } from './backend.js';

const POOL_LENGTH = 4096;

/** Random octets by the handful: asking the backend for each padding and each IV costs more than all the rest of it. */
let pool = new Uint8Array(0);
let used = 0;
let owner: CryptoBackend | undefined;

/**
 * Random octets for what is no secret itself: padding and IVs. Nobody else gets the same ones.
 * @param length at most 128
 * @returns a view that is not written to any more
 */
export function pooledRandom(backend: CryptoBackend, length: number): Uint8Array {
  if (owner !== backend || used + length > pool.length) {
    pool = new Uint8Array(backend.randomBytes(POOL_LENGTH));
    owner = backend;
    used = 0;
  }
  const out = pool.subarray(used, used + length);
  used += length;
  return out;
}
