import type { KeyPair } from './crypto/key-pair.js';
import type { CryptoBackend } from './crypto/backend.js';
import { RSA_ALGORITHM, type SilcPublicKey } from './crypto/public-key.js';
import { dataSignatureForm, signData, verifyData } from './crypto/signature.js';
import { encodeAttribute } from './packets/attribute-value.js';
import {
  attributeList,
  AttributeType,
  serverSigned,
  userSigned,
  type Attribute,
} from './packets/attributes.js';
import { encodePayload } from './packets/codec.js';

/** Signatures under user attributes (draft presence-attrs-04, 2.5): RSA over SHA-1. */

/** Name of a public key's kind inside the attribute. */
export const KEY_ATTRIBUTE_TYPE = `silc-${RSA_ALGORITHM}`;

/** A public key as attribute 12 (a user's) or 13 (a server's). */
export function keyAttribute(type: 12 | 13, { encoded }: SilcPublicKey): Attribute {
  return encodeAttribute(type, { kind: 'public-key', type: KEY_ATTRIBUTE_TYPE, key: encoded });
}

/** The attributes with the owner's signature behind them. */
export function signAsUser(
  backend: CryptoBackend,
  { privateKey, publicKey }: KeyPair,
  attributes: readonly Attribute[],
): readonly Attribute[] {
  const covered = encodePayload(attributeList, userSigned(attributes));
  const form = dataSignatureForm[publicKey.version];
  const signature = signData(backend, privateKey, 'sha1', [covered], form);
  return [
    ...attributes,
    encodeAttribute(AttributeType.userDigitalSignature, { kind: 'signature', signature }),
  ];
}

/** The attributes with a server's key and signature behind them. */
export function signAsServer(
  backend: CryptoBackend,
  { privateKey, publicKey }: KeyPair,
  attributes: readonly Attribute[],
): readonly Attribute[] {
  const all = [...attributes, keyAttribute(AttributeType.serverPublicKey, publicKey)];
  const covered = encodePayload(attributeList, serverSigned(all));
  const form = dataSignatureForm[publicKey.version];
  const signature = signData(backend, privateKey, 'sha1', [covered], form);
  return [...all, encodeAttribute(AttributeType.serverDigitalSignature, { kind: 'signature', signature })];
}

/** Whether a signature of the owner holds under this key. Never throws. */
export function verifiesAsUser(
  backend: CryptoBackend,
  key: SilcPublicKey,
  attributes: readonly Attribute[],
  signature: Uint8Array,
): boolean {
  const covered = encodePayload(attributeList, userSigned(attributes));
  return verifyData(backend, key.numbers, 'sha1', [covered], signature);
}

/** Whether a signature of a server holds under this key. Never throws. */
export function verifiesAsServer(
  backend: CryptoBackend,
  key: SilcPublicKey,
  attributes: readonly Attribute[],
  signature: Uint8Array,
): boolean {
  const covered = encodePayload(attributeList, serverSigned(attributes));
  return verifyData(backend, key.numbers, 'sha1', [covered], signature);
}
