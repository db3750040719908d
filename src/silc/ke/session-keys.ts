import type { CryptoBackend, HashName } from '../crypto/backend.js';
import { ciphers, type CipherName, type HmacName } from '../crypto/algorithms.js';
import { sessionKeyMaterial, type KeyMaterial } from '../crypto/key-material.js';
import { wipe } from '../bytes.js';
import type { DirectionKeys } from '../frame.js';

/** Keys of both directions of a connection, and what a later rekey without PFS is derived of. All secret. */
export interface SessionKeys {
  /** From the initiator (of the exchange, or of the rekey) to the responder. */
  readonly initiatorToResponder: DirectionKeys;
  readonly responderToInitiator: DirectionKeys;
  /** The IVs as derived, 16 octets: what is not a packet uses them whole, in counter mode too. */
  readonly initiatorIv: Uint8Array;
  readonly responderIv: Uint8Array;
  /** The initiator's encryption key: the secret of the next rekey without PFS (draft ke-auth-09, 4.2.1). */
  readonly rekeySecret: Uint8Array;
}

/** Names that keep through all rekeys. */
export interface SessionAlgorithms {
  readonly cipher: CipherName;
  readonly hmac: HmacName;
  readonly hash: HashName;
}

/**
 * Keys after a key exchange, of KEY || HASH.
 * @param secret KEY, minimal big-endian
 */
export function exchangeKeys(
  backend: CryptoBackend,
  algorithms: SessionAlgorithms,
  secret: Uint8Array,
  exchangeHash: Uint8Array,
): SessionKeys {
  const material = sessionKeyMaterial(backend, algorithms.hash, algorithms.cipher, secret, exchangeHash);
  const nonce = new Uint8Array(16);
  nonce.set(exchangeHash.subarray(0, 4));
  return sessionKeys(algorithms, material, () => nonce);
}

/**
 * Keys after a rekey: of the new KEY with PFS, of the previous `rekeySecret` without. There is no HASH; the nonce of
 * counter mode is taken of a hash of the direction's new IV instead.
 */
export function rekeyedKeys(
  backend: CryptoBackend,
  algorithms: SessionAlgorithms,
  secret: Uint8Array,
): SessionKeys {
  const material = sessionKeyMaterial(backend, algorithms.hash, algorithms.cipher, secret);
  return sessionKeys(algorithms, material, (iv) =>
    backend.hash(algorithms.hash, iv.subarray(0, 8)).subarray(0, 16),
  );
}

/** Overwrites the keys of both directions. */
export function wipeSessionKeys(keys: SessionKeys): void {
  wipeDirection(keys.initiatorToResponder);
  wipeDirection(keys.responderToInitiator);
  wipe(keys.rekeySecret, keys.initiatorIv, keys.responderIv);
}

export function wipeDirection(keys: DirectionKeys): void {
  wipe(keys.encryptionKey, keys.iv, keys.hmacKey);
}

function sessionKeys(
  algorithms: SessionAlgorithms,
  material: KeyMaterial,
  nonceOf: (iv: Uint8Array) => Uint8Array,
): SessionKeys {
  const { cipher, hmac } = algorithms;
  const start = (iv: Uint8Array): Uint8Array =>
    ciphers[cipher].mode === 'ctr' ? counterBlock(nonceOf(iv), iv) : iv;
  return {
    initiatorToResponder: {
      cipher,
      hmac,
      encryptionKey: material.sendEncryptionKey,
      iv: start(material.sendIv),
      hmacKey: material.sendHmacKey,
    },
    responderToInitiator: {
      cipher,
      hmac,
      encryptionKey: material.receiveEncryptionKey,
      iv: start(material.receiveIv),
      hmacKey: material.receiveHmacKey,
    },
    initiatorIv: material.sendIv,
    responderIv: material.receiveIv,
    rekeySecret: material.sendEncryptionKey.slice(),
  };
}

/**
 * Counter mode as the toolkit does it, not as the draft says: 4 octets of the nonce, 64-bit packet counter that begins
 * with the IV's first 8 octets, 32-bit block counter. The packet layer clears the block counter and counts up before
 * each use; after a rekey the toolkit leaves octets of the nonce in it.
 * @param nonce 16 octets
 */
function counterBlock(nonce: Uint8Array, iv: Uint8Array): Uint8Array {
  const block = nonce.slice();
  block.set(iv.subarray(0, 8), 4);
  return block;
}
