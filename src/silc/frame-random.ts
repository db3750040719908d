import type { CryptoBackend } from './crypto/backend.js';

const POOL_LENGTH = 1024;

/** Random octets by the handful: asking the backend for each packet costs more than the padding is worth. */
let pool = new Uint8Array(0);
let used = 0;
let owner: CryptoBackend | undefined;

/** Octets that no other packet of this process has, as a view that is valid until the next call; `length` at most 128. */
export function randomPadding(backend: CryptoBackend, length: number): Uint8Array {
  if (owner !== backend || used + length > pool.length) {
    pool = new Uint8Array(backend.randomBytes(POOL_LENGTH));
    owner = backend;
    used = 0;
  }
  const out = pool.subarray(used, used + length);
  used += length;
  return out;
}
