import { concat, fromHex } from '../bytes.js';
import { hashes } from './algorithms.js';
import type { CryptoBackend, HashName, RsaPrivateNumbers, RsaPublicNumbers } from './backend.js';
import { holds } from './pkcs1.js';

/**
 * What stands inside the PKCS#1 block of a signature over a digest D:
 * - `raw`: D itself. Keys of version 1, and everything the toolkit signs.
 * - `digest-info`: DigestInfo(D). Keys of version 2 (draft spec-09, 3.10.1).
 * - `digest-info-rehashed`: DigestInfo(H(D)). The toolkit's verifier wants this in the key exchange of a version 2 key.
 */
export type SignatureForm = 'raw' | 'digest-info' | 'digest-info-rehashed';

/** The form in which the toolkit verifies a digest that is signed as it is (HASH, HASH_i), by key version. */
export const digestSignatureForm = {
  1: 'raw',
  2: 'digest-info-rehashed',
} as const satisfies Record<1 | 2, SignatureForm>;

/** The form in which the toolkit verifies data that is hashed first (messages, authentication), by key version. */
export const dataSignatureForm = {
  1: 'raw',
  2: 'digest-info',
} as const satisfies Record<1 | 2, SignatureForm>;

const forms: readonly SignatureForm[] = ['raw', 'digest-info', 'digest-info-rehashed'];

/**
 * Signs a digest as it is: HASH and HASH_i of the key exchange. PKCS#1 v1.5 type 1, no DigestInfo unless asked for.
 *
 * @param hash function that made the digest; only the DigestInfo forms look at it
 * @returns as many octets as the modulus has
 * @throws SilcError `usage` when the digest does not fit the modulus
 */
export function sign(
  backend: CryptoBackend,
  key: RsaPrivateNumbers,
  hash: HashName,
  digest: Uint8Array,
  form: SignatureForm = 'raw',
): Uint8Array {
  return backend.rsaSignBlock(key, blockData(backend, hash, digest, form));
}

/** Signs H(data parts): signed messages, authentication payloads, connection authentication. */
export function signData(
  backend: CryptoBackend,
  key: RsaPrivateNumbers,
  hash: HashName,
  parts: readonly Uint8Array[],
  form: SignatureForm = 'raw',
): Uint8Array {
  return sign(backend, key, hash, backend.hash(hash, ...parts), form);
}

/**
 * The form in which `signature` signs the digest, or undefined when it does not. Never throws, whatever the numbers
 * and the signature are.
 */
export function signatureForm(
  backend: CryptoBackend,
  key: RsaPublicNumbers,
  hash: HashName,
  digest: Uint8Array,
  signature: Uint8Array,
): SignatureForm | undefined {
  return formOf(backend, hash, digest, backend.rsaRecoverBlock(key, signature));
}

function formOf(
  backend: CryptoBackend,
  hash: HashName,
  digest: Uint8Array,
  recovered: Uint8Array | undefined,
): SignatureForm | undefined {
  return forms.find((form) => holds(recovered, blockData(backend, hash, digest, form)));
}

/** Whether the signature is one over the digest as it is, in any of the three forms. Never throws. */
export function verify(
  backend: CryptoBackend,
  key: RsaPublicNumbers,
  hash: HashName,
  digest: Uint8Array,
  signature: Uint8Array,
): boolean {
  return signatureForm(backend, key, hash, digest, signature) !== undefined;
}

/** Whether the signature is one over H(data parts), in any of the three forms. Never throws. */
export function verifyData(
  backend: CryptoBackend,
  key: RsaPublicNumbers,
  hash: HashName,
  parts: readonly Uint8Array[],
  signature: Uint8Array,
): boolean {
  return verify(backend, key, hash, backend.hash(hash, ...parts), signature);
}

/**
 * As `verifyData`, for a signer who may have used any of several hash functions. The public operation, which is dear with
 * a large key, is done once.
 */
export function verifyDataByAny(
  backend: CryptoBackend,
  key: RsaPublicNumbers,
  hashNames: readonly HashName[],
  parts: readonly Uint8Array[],
  signature: Uint8Array,
): boolean {
  const recovered = backend.rsaRecoverBlock(key, signature);
  if (recovered === undefined) return false;
  return hashNames.some(
    (hash) => formOf(backend, hash, backend.hash(hash, ...parts), recovered) !== undefined,
  );
}

function blockData(
  backend: CryptoBackend,
  hash: HashName,
  digest: Uint8Array,
  form: SignatureForm,
): Uint8Array {
  if (form === 'raw') return digest;
  const inner = form === 'digest-info' ? digest : backend.hash(hash, digest);
  return concat(fromHex(hashes[hash].digestInfoPrefix), inner);
}
