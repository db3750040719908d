import { provePublicKey } from '../../authentication.js';
import { concat } from '../../bytes.js';
import type { CryptoBackend } from '../../crypto/backend.js';
import { fingerprintBytes } from '../../crypto/fingerprint.js';
import type { SilcPublicKey } from '../../crypto/public-key.js';
import type { ClientId } from '../../ids.js';
import { authenticationPayload, MIN_AUTH_RANDOM } from '../../packets/authentication-payload.js';
import { encodePayload } from '../../packets/codec.js';
import { publicKeyPayload, PublicKeyType } from '../../packets/public-key-payload.js';
import type { KeyPair } from '../../crypto/key-pair.js';

/** Authentication Payloads about channels: over the own Client ID of the moment, always SHA-1. */

/** Proof of holding the founder key (JOIN argument 6, CMODE 7, CUMODE 4). */
export function founderProof(backend: CryptoBackend, keyPair: KeyPair, id: ClientId): Uint8Array {
  return encodePayload(authenticationPayload, provePublicKey(backend, keyPair, 'sha1', id));
}

/** Proof of holding a key of the channel's list (JOIN argument 7): the random data names the key by its fingerprint. */
export function joinKeyProof(backend: CryptoBackend, keyPair: KeyPair, id: ClientId): Uint8Array {
  const name = fingerprintBytes(backend, keyPair.publicKey);
  const random = concat(name, backend.randomBytes(MIN_AUTH_RANDOM - name.length));
  return encodePayload(authenticationPayload, provePublicKey(backend, keyPair, 'sha1', id, random));
}

export function keyPayload({ encoded }: SilcPublicKey): Uint8Array {
  return encodePayload(publicKeyPayload, { type: PublicKeyType.silc, data: encoded });
}
