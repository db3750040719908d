import { Writer, type Reader } from '../bytes.js';
import type { CryptoBackend, HashName, RsaPrivateNumbers, RsaPublicNumbers } from '../crypto/backend.js';
import { dataSignatureForm, signData, verifyDataByAny } from '../crypto/signature.js';
import { SilcError } from '../errors.js';
import { publicKeyPayload, PublicKeyType } from '../packets/public-key-payload.js';

/*
 * Signature part of a message, in clear behind the padding (draft flags-payloads-04, 3.1):
 *   public key length u16 | public key type u16 | public key, may be empty | signature length u16, signature
 * What is signed: the message from flags to padding, and the part up to the public key.
 */

/** Signature of a message as it came. */
export interface MessageSignature {
  readonly publicKeyType: number;
  /** Encoded public key of the signer; empty where the receiver is supposed to know it. */
  readonly publicKey: Uint8Array;
  readonly signature: Uint8Array;
  /** The octets that the signature is about. */
  readonly covered: Uint8Array;
}

/** Who signs a message. */
export interface MessageSigner {
  readonly key: RsaPrivateNumbers;
  /** Version of the key pair; default 1. */
  readonly version?: 1 | 2 | undefined;
  /** Encoded public key to be sent along; default none. */
  readonly publicKey?: Uint8Array | undefined;
  /** Default `sha1`: what receivers check with. */
  readonly hash?: HashName | undefined;
}

/** Reads the part at the reader's place in `plain`. @throws SilcError `malformed`, also on an empty signature */
export function readSignature(plain: Uint8Array, reader: Reader): MessageSignature {
  const { type, data } = publicKeyPayload.decode(reader);
  const covered = plain.subarray(0, reader.offset);
  const signature = reader.block16('message signature');
  if (signature.length === 0) throw new SilcError('malformed', 'message with an empty signature');
  return { publicKeyType: type, publicKey: data, signature, covered };
}

/** The signature part of a message of which `body` is flags to padding. */
export function messageSignature(
  backend: CryptoBackend,
  body: Uint8Array,
  signer: MessageSigner,
): Uint8Array {
  const writer = new Writer();
  publicKeyPayload.encode({ type: PublicKeyType.silc, data: signer.publicKey ?? new Uint8Array(0) }, writer);
  const form = dataSignatureForm[signer.version ?? 1];
  const parts = [body, writer.finish()];
  return writer.block16(signData(backend, signer.key, signer.hash ?? 'sha1', parts, form)).finish();
}

/**
 * Whether the signature of a message is one by this key. Which key it has to be is the caller's: one that is sent along
 * proves nothing before its fingerprint is known to be the sender's.
 */
export function verifyMessage(
  backend: CryptoBackend,
  key: RsaPublicNumbers,
  { covered, signature }: MessageSignature,
  hashes: readonly HashName[] = ['sha1', 'sha256'],
): boolean {
  return verifyDataByAny(backend, key, hashes, [covered], signature);
}
