import { createHash, createHmac, hash } from 'node:crypto';
import { wipe } from '../bytes.js';
import { hashes } from './algorithms.js';
import type { HashName, HmacKey } from './backend.js';

/** Octets of a block of MD5, SHA-1 and SHA-256. */
const HASH_BLOCK = 64;
/** Longer messages are hashed where they lie: copying them would cost more than an object. */
const LONGEST_COPIED = 1 << 16;
/** Where a padded key and what it covers stand in one piece. Used within one call; a pad stays no longer than its key. */
const inner = new Uint8Array(HASH_BLOCK + LONGEST_COPIED);
const outer = new Uint8Array(HASH_BLOCK + 32);

/**
 * HMAC by its definition, H(K ^ opad || H(K ^ ipad || message)), with two one-shot digests: they take a third of the time of
 * an Hmac object. The digests come as strings, which spares two Buffers; no digest of a MAC is a secret.
 */
export class NodeHmacKey implements HmacKey {
  readonly #name: HashName;
  readonly #inner: Uint8Array;
  readonly #outer: Uint8Array;

  constructor(name: HashName, key: Uint8Array) {
    this.#name = name;
    const padded = new Uint8Array(HASH_BLOCK);
    padded.set(key.length > HASH_BLOCK ? createHash(name).update(key).digest() : key);
    this.#inner = padded.map((octet) => octet ^ 0x36);
    this.#outer = padded.map((octet) => octet ^ 0x5c);
    wipe(padded);
  }

  sign(head: Uint8Array, message: Uint8Array, length: number, out: Uint8Array): void {
    outer.set(this.#outer);
    // What stands behind the part that counts, a MAC mostly, is copied along: cheaper than a view of the part.
    if (head.length + message.length > LONGEST_COPIED) {
      const inside = createHash(this.#name).update(this.#inner).update(head);
      outer.set(inside.update(message.subarray(0, length)).digest(), HASH_BLOCK);
    } else {
      inner.set(this.#inner);
      inner.set(head, HASH_BLOCK);
      inner.set(message, HASH_BLOCK + head.length);
      digestInner(this.#name, head.length + length);
    }
    digestOuter(this.#name, out);
  }

  wipe(): void {
    wipe(this.#inner, this.#outer);
    wipePads();
  }
}

/** HMAC under a key that is used once. No object is made for it either, where it is short. */
export function hmacOnce(name: HashName, key: Uint8Array, parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  if (key.length > HASH_BLOCK || length > LONGEST_COPIED) {
    const hmac = createHmac(name, key);
    for (const part of parts) hmac.update(part);
    return new Uint8Array(hmac.digest());
  }
  for (let i = 0; i < HASH_BLOCK; i++) {
    const octet = key[i] ?? 0;
    inner[i] = octet ^ 0x36;
    outer[i] = octet ^ 0x5c;
  }
  let end = HASH_BLOCK;
  for (const part of parts) {
    inner.set(part, end);
    end += part.length;
  }
  const out = new Uint8Array(hashes[name].length);
  digestInner(name, length);
  digestOuter(name, out);
  wipePads();
  return out;
}

/** H(inner pad || message), behind the outer pad. */
function digestInner(name: HashName, length: number): void {
  write(hash(name, startOf(inner, HASH_BLOCK + length, innerStarts), 'binary'), outer, HASH_BLOCK);
}

/** H(outer pad || inner digest). */
function digestOuter(name: HashName, out: Uint8Array): void {
  write(hash(name, startOf(outer, HASH_BLOCK + hashes[name].length, outerStarts), 'binary'), out, 0);
}

/** Views of the two as they were needed, by their lengths: making one costs as much as hashing what is in it. */
const innerStarts: (Uint8Array | undefined)[] = [];
const outerStarts: (Uint8Array | undefined)[] = [];
const LONGEST_KEPT = 512;

function startOf(octets: Uint8Array, length: number, starts: (Uint8Array | undefined)[]): Uint8Array {
  if (length > LONGEST_KEPT) return octets.subarray(0, length);
  return (starts[length] ??= octets.subarray(0, length));
}

function wipePads(): void {
  inner.fill(0, 0, HASH_BLOCK);
  outer.fill(0);
}

function write(latin1: string, out: Uint8Array, offset: number): void {
  for (let i = 0; i < latin1.length; i++) out[offset + i] = latin1.charCodeAt(i);
}
