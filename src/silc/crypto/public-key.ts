import type { RsaPublicNumbers } from './backend.js';

/** Fields of a SILC public key identifier (draft spec-09, 3.10.1), in canonical order. UN and HN are mandatory. */
export interface KeyIdentifier {
  readonly UN: string;
  readonly HN: string;
  readonly RN?: string;
  readonly E?: string;
  readonly O?: string;
  readonly C?: string;
  /** Absent means version 1. */
  readonly V?: string;
}

/** A decoded SILC public key (`rsa`). `encoded` is the blob as it came: it is what is hashed and fingerprinted. */
export interface SilcPublicKey {
  readonly encoded: Uint8Array;
  readonly identifier: KeyIdentifier;
  readonly version: 1 | 2;
  readonly numbers: RsaPublicNumbers;
}
