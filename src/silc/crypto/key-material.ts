import { concat, wipe } from '../bytes.js';
import { SilcError } from '../errors.js';
import { ciphers, hashes, type CipherName } from './algorithms.js';
import type { CryptoBackend, HashName } from './backend.js';

/** Keys of both directions, all secret. "send" is the initiator's sending direction. */
export interface KeyMaterial {
  readonly sendIv: Uint8Array;
  readonly receiveIv: Uint8Array;
  readonly sendEncryptionKey: Uint8Array;
  readonly receiveEncryptionKey: Uint8Array;
  readonly sendHmacKey: Uint8Array;
  readonly receiveHmacKey: Uint8Array;
}

/** Lengths are octets. */
export interface KeyMaterialOptions {
  readonly hash: HashName;
  readonly keyLength: number;
  /** 16 unless told. */
  readonly ivLength?: number;
  /**
   * The digest's length unless told. It is also the length to which the blocks of a long encryption key are cut,
   * inside the derivation too: a quirk of the toolkit that static keys depend on.
   */
  readonly hmacKeyLength?: number;
}

/**
 * Derives IVs, encryption keys and HMAC keys of `data` (draft ke-auth-09, 2.3, with the toolkit's reading of it).
 *
 * Each value has an index 0 … 5 and begins with H(index || data). An encryption key that is longer than one block is
 * K1 || K2 || K3 cut to length, K1 = H(index || data), K2 = H(data || K1), K3 = H(data || K1 || K2).
 *
 * @throws SilcError `usage` when a length asks for more octets than the derivation gives
 */
export function deriveKeyMaterial(
  backend: CryptoBackend,
  data: Uint8Array,
  options: KeyMaterialOptions,
): KeyMaterial {
  const { hash, keyLength, ivLength = 16 } = options;
  const blockLength = options.hmacKeyLength ?? hashes[hash].length;
  if (ivLength > hashes[hash].length || blockLength > hashes[hash].length || keyLength > 3 * blockLength) {
    throw new SilcError('usage', 'key material is longer than the hash function gives');
  }

  const block = (length: number, ...parts: readonly Uint8Array[]): Uint8Array => {
    const digest = backend.hash(hash, ...parts);
    const out = digest.slice(0, length);
    wipe(digest);
    return out;
  };
  const indexed = (index: number, length: number): Uint8Array => block(length, Uint8Array.of(index), data);
  const encryptionKey = (index: number): Uint8Array => {
    if (keyLength <= blockLength) return indexed(index, keyLength);
    const k1 = indexed(index, blockLength);
    const k2 = block(blockLength, data, k1);
    const k3 = block(blockLength, data, k1, k2);
    const all = concat(k1, k2, k3);
    const key = all.slice(0, keyLength);
    wipe(k1, k2, k3, all);
    return key;
  };

  return {
    sendIv: indexed(0, ivLength),
    receiveIv: indexed(1, ivLength),
    sendEncryptionKey: encryptionKey(2),
    receiveEncryptionKey: encryptionKey(3),
    sendHmacKey: indexed(4, blockLength),
    receiveHmacKey: indexed(5, blockLength),
  };
}

/**
 * Key material of a session: derived of KEY || HASH after a key exchange, of KEY alone after a rekey with PFS, of the
 * previous `sendEncryptionKey` after one without (pass an empty `exchangeHash` in both).
 *
 * @param secret KEY, a minimal big-endian integer without leading zero octets
 */
export function sessionKeyMaterial(
  backend: CryptoBackend,
  hash: HashName,
  cipher: CipherName,
  secret: Uint8Array,
  exchangeHash: Uint8Array = new Uint8Array(0),
): KeyMaterial {
  const data = concat(secret, exchangeHash);
  try {
    return deriveKeyMaterial(backend, data, { hash, keyLength: ciphers[cipher].keyLength });
  } finally {
    wipe(data);
  }
}

/**
 * Key material of a passphrase or pre-shared key: static private message keys and channel private keys. Always SHA-1
 * and 256-bit encryption keys, whatever the cipher's name; HMAC keys are 16 octets.
 */
export function staticKeyMaterial(backend: CryptoBackend, secret: Uint8Array): KeyMaterial {
  return deriveKeyMaterial(backend, secret, { hash: 'sha1', keyLength: 32, hmacKeyLength: 16 });
}

/** The same keys seen from the other side. */
export function swapDirections(material: KeyMaterial): KeyMaterial {
  return {
    sendIv: material.receiveIv,
    receiveIv: material.sendIv,
    sendEncryptionKey: material.receiveEncryptionKey,
    receiveEncryptionKey: material.sendEncryptionKey,
    sendHmacKey: material.receiveHmacKey,
    receiveHmacKey: material.sendHmacKey,
  };
}

/** Overwrites all keys and IVs with zeros. */
export function wipeKeyMaterial(material: KeyMaterial): void {
  wipe(
    material.sendIv,
    material.receiveIv,
    material.sendEncryptionKey,
    material.receiveEncryptionKey,
    material.sendHmacKey,
    material.receiveHmacKey,
  );
}
