import { sha256 } from '@noble/hashes/sha2.js';

import { toHex, utf8 } from '../silc/bytes.js';
import type { ClientId } from '../silc/ids.js';

/**
 * What tells a SILC client from others of the same nickname. The key is the durable identity, the Client ID that of
 * one session and one nickname.
 */
export interface ClientIdentity {
  readonly clientId: ClientId;
  /** SHA-1 of the public key, 40 hex digits, lower case; undefined until known. */
  readonly fingerprint: string | undefined;
}

// Sixteen bits at first: enough to tell a few users with one nickname apart, short enough to be typed.
const LENGTHS = [4, 8, 16, 40] as const;

/**
 * Disambiguators of an identity, best first: beginnings of the key fingerprint, which people can compare with what WHOIS shows,
 * then (no key known, or one key on several clients) beginnings of a digest of the Client ID. 4 to 40 hex digits.
 */
export function disambiguatorsOf(identity: ClientIdentity): readonly string[] {
  const digest = toHex(sha256(utf8(identity.clientId))).slice(0, 40);
  const sources = identity.fingerprint === undefined ? [digest] : [identity.fingerprint, digest];
  return sources.flatMap((source) => LENGTHS.map((length) => source.slice(0, length)));
}

/** Whether a disambiguator, e.g. the qualifier of a user address, is one of this client's, whichever length it was cut to. */
export function hasDisambiguator(identity: ClientIdentity, disambiguator: string): boolean {
  const isLongEnough = disambiguator.length >= LENGTHS[0];
  return isLongEnough && disambiguatorsOf(identity).some((own) => own.startsWith(disambiguator));
}
