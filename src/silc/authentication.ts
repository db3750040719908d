import type { KeyPair } from './crypto/key-pair.js';
import type { CryptoBackend, HashName } from './crypto/backend.js';
import type { SilcPublicKey } from './crypto/public-key.js';
import { dataSignatureForm, signData, verifyData } from './crypto/signature.js';
import { idBytes, type SilcId } from './ids.js';
import type { AuthenticationPayload } from './packets/authentication-payload.js';
import { AuthMethod } from './packets/connection-auth-request.js';

/** As many random octets as the toolkit signs with; receivers want 128. */
const RANDOM_LENGTH = 256;

/**
 * Proof of holding a key, bound to an ID (draft spec-09, 3.9.1): a signature over H(random || ID || public key blob).
 * @param hash the key exchange's where a session is resumed; SHA-1 for KILL and everything about channels
 * @param random at least 128 octets; where they name the key, with its fingerprint in front
 */
export function provePublicKey(
  backend: CryptoBackend,
  keyPair: KeyPair,
  hash: HashName,
  id: SilcId,
  random: Uint8Array = backend.randomBytes(RANDOM_LENGTH),
): AuthenticationPayload {
  const { publicKey, privateKey } = keyPair;
  const parts = [random, idBytes(id), publicKey.encoded];
  const data = signData(backend, privateKey, hash, parts, dataSignatureForm[publicKey.version]);
  return { method: AuthMethod.publicKey, random, data };
}

/** Whether a payload proves that its sender holds the key. Never throws. */
export function provesPublicKey(
  backend: CryptoBackend,
  publicKey: SilcPublicKey,
  hash: HashName,
  id: SilcId,
  { method, random, data }: AuthenticationPayload,
): boolean {
  if (method !== AuthMethod.publicKey) return false;
  return verifyData(backend, publicKey.numbers, hash, [random, idBytes(id), publicKey.encoded], data);
}
