import { equalBytes } from '../bytes.js';
import { SilcError } from '../errors.js';
import type { CryptoBackend, RsaPrivateNumbers } from './backend.js';
import { decodePrivateKey, encodePrivateKey } from './private-key.js';
import {
  decodePublicKey,
  encodePublicKey,
  formatIdentifier,
  identifierOfVersion,
  type KeyIdentifier,
  type SilcPublicKey,
} from './public-key.js';

/** Bits of a new key unless told. */
export const DEFAULT_KEY_BITS = 2048;

/** A key pair: public key blob and identifier, and the private numbers. */
export interface KeyPair {
  readonly publicKey: SilcPublicKey;
  readonly privateKey: RsaPrivateNumbers;
}

/** What a new key pair is to be. */
export interface KeyPairOptions {
  /** 1024 to 16384, a multiple of 8. */
  readonly bits?: number;
  /** A `V` field is left out: only keys of version 1 work against the toolkit. */
  readonly identifier: KeyIdentifier;
}

/** A key pair in the two encodings that a store keeps. `privateKey` is clear text: encrypt it. */
export interface EncodedKeyPair {
  readonly publicKey: Uint8Array;
  readonly privateKey: Uint8Array;
}

/**
 * Makes a new RSA key pair of version 1, off the event loop.
 *
 * @throws SilcError `usage` for a size that is not made, `bad-string` for an identifier that cannot be written
 */
export async function generateKeyPair(backend: CryptoBackend, options: KeyPairOptions): Promise<KeyPair> {
  const identifier = identifierOfVersion(options.identifier, 1);
  formatIdentifier(identifier); // refused before the costly part
  const privateKey = await backend.generateRsaKey(options.bits ?? DEFAULT_KEY_BITS);
  return { publicKey: encodePublicKey(identifier, privateKey), privateKey };
}

/** Joins two halves, for instance of two files. @throws SilcError `malformed` when they are of different keys. */
export function joinKeyPair(publicKey: SilcPublicKey, privateKey: RsaPrivateNumbers): KeyPair {
  const { n, e } = publicKey.numbers;
  if (!equalBytes(n, privateKey.n) || !equalBytes(e, privateKey.e)) {
    throw new SilcError('malformed', 'public and private key do not belong together');
  }
  return { publicKey, privateKey };
}

/** Both halves for a store; the private one in the inner encoding of the private key file. */
export function encodeKeyPair(keyPair: KeyPair): EncodedKeyPair {
  return { publicKey: keyPair.publicKey.encoded.slice(), privateKey: encodePrivateKey(keyPair.privateKey) };
}

/**
 * The key pair of a store's two halves. The numbers are copies: `encoded.privateKey` can be wiped.
 *
 * @throws SilcError `malformed`, `limit`, `unsupported`
 */
export function decodeKeyPair(encoded: EncodedKeyPair): KeyPair {
  return joinKeyPair(decodePublicKey(encoded.publicKey), decodePrivateKey(encoded.privateKey).numbers);
}
