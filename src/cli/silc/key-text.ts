import { nodeBackend } from '../../silc/crypto/backend-node.js';
import { babbleprint, displayFingerprint, fingerprintBytes } from '../../silc/crypto/fingerprint.js';
import { formatIdentifier, type SilcPublicKey } from '../../silc/crypto/public-key.js';
import { toHex } from '../../silc/bytes.js';
import type { JsonObject } from './item.js';
import { base64 } from './fields.js';

/** A public key in JSON. */
export function keyFields(key: SilcPublicKey): JsonObject {
  const { identifier, version, numbers, encoded } = key;
  return {
    fingerprint: fingerprintOf(key),
    identifier: { ...identifier },
    version,
    bits: numbers.n.length * 8,
    encoded: base64(encoded),
  };
}

/** SHA-1 of a public key, 40 hex digits. */
export function fingerprintOf(key: SilcPublicKey): string {
  return toHex(fingerprintBytes(nodeBackend, key));
}

/** A public key for people. */
export function keyLines(what: string, key: SilcPublicKey): readonly string[] {
  const digest = fingerprintBytes(nodeBackend, key);
  return [
    `${what}: RSA ${key.numbers.n.length * 8}, version ${key.version}, ${formatIdentifier(key.identifier)}`,
    `  fingerprint  ${displayFingerprint(digest)}`,
    `  babbleprint  ${babbleprint(digest)}`,
  ];
}
