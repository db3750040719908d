import { stripLeadingZeros } from '../bytes.js';
import type { CryptoBackend, HashName } from '../crypto/backend.js';

/**
 * What the hashes of a key exchange cover (draft ke-auth-09, 2.2). `startPayload` is the initiator's start payload,
 * octet for octet as it was sent. Public keys are the blobs without their payload header; numbers lose leading zeros.
 */
export interface HashInput {
  readonly startPayload: Uint8Array;
  readonly initiatorPublicKey: Uint8Array;
  /** e */
  readonly initiatorValue: Uint8Array;
}

/** HASH_i = H(start payload || initiator's key || e): what the initiator signs with mutual authentication. */
export function initiatorHash(backend: CryptoBackend, hash: HashName, input: HashInput): Uint8Array {
  return backend.hash(
    hash,
    input.startPayload,
    input.initiatorPublicKey,
    stripLeadingZeros(input.initiatorValue),
  );
}

/** HASH = H(start payload || responder's key || initiator's key || e || f || KEY): what the responder signs. */
export function exchangeHash(
  backend: CryptoBackend,
  hash: HashName,
  input: HashInput & {
    readonly responderPublicKey: Uint8Array;
    /** f */
    readonly responderValue: Uint8Array;
    /** KEY */
    readonly secret: Uint8Array;
  },
): Uint8Array {
  return backend.hash(
    hash,
    input.startPayload,
    input.responderPublicKey,
    input.initiatorPublicKey,
    stripLeadingZeros(input.initiatorValue),
    stripLeadingZeros(input.responderValue),
    stripLeadingZeros(input.secret),
  );
}
