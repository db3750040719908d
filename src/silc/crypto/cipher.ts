import { SilcError } from '../errors.js';
import { ciphers, type CipherName } from './algorithms.js';
import type { CipherStream, CryptoBackend } from './backend.js';

const BLOCK_LENGTH = 16;

/**
 * The counter block after `block`: the whole 128 bits as one big-endian number plus one, wrapping to zero.
 * A new array; `block` stays as it is.
 */
export function incrementCounterBlock(block: Uint8Array): Uint8Array {
  const next = new Uint8Array(block);
  for (let i = next.length - 1; i >= 0; i--) {
    const value = ((next[i] ?? 0) + 1) & 0xff;
    next[i] = value;
    if (value !== 0) break;
  }
  return next;
}

/**
 * A cipher by its wire name, whose state continues from call to call.
 *
 * CBC uses `iv` as it is. CTR follows the toolkit: the counter block is incremented *before* each block, so the first
 * key stream block is AES(`iv` + 1); both directions are the same operation.
 *
 * The name decides the mode. The key may be of any length the cipher takes, because keys of passphrases are always 256 bits,
 * whatever number the cipher's name has.
 *
 * @param key 16, 24 or 32 octets
 * @param iv 16 octets
 * @throws SilcError `usage` on other lengths
 */
export function createCipher(
  backend: CryptoBackend,
  name: CipherName,
  direction: 'encrypt' | 'decrypt',
  key: Uint8Array,
  iv: Uint8Array,
): CipherStream {
  checkKeyLengths(key, iv);
  const { family, mode } = ciphers[name];
  return mode === 'ctr'
    ? backend.aesCtr(key, incrementCounterBlock(iv))
    : backend.blockCbc(family, direction, key, iv);
}

/** Key and IV lengths of AES and of Twofish. @throws SilcError `usage`. */
export function checkKeyLengths(key: Uint8Array, iv: Uint8Array): void {
  if (key.length !== 16 && key.length !== 24 && key.length !== 32) {
    throw new SilcError('usage', `a cipher key of ${key.length} octets`);
  }
  if (iv.length !== BLOCK_LENGTH) throw new SilcError('usage', `a cipher IV of ${iv.length} octets`);
}

/** CBC works on whole blocks only. @throws SilcError `usage`. */
export function checkWholeBlocks(data: Uint8Array): void {
  if (data.length % BLOCK_LENGTH !== 0) {
    throw new SilcError('usage', `CBC data of ${data.length} octets is not a multiple of ${BLOCK_LENGTH}`);
  }
}
