import {
  KEY_ATTRIBUTE_TYPE,
  keyAttribute,
  verifiesAsServer,
  verifiesAsUser,
} from '../../attribute-signatures.js';
import type { CryptoBackend } from '../../crypto/backend.js';
import { decodePublicKey, type SilcPublicKey } from '../../crypto/public-key.js';
import { equalBytes } from '../../bytes.js';
import { SilcError } from '../../errors.js';
import { decodeAttribute, type AttributeValue } from '../../packets/attribute-value.js';
import {
  attributeList,
  attributeRequest,
  AttributeType,
  MAX_ATTRIBUTE_REQUEST_LENGTH,
  type Attribute,
} from '../../packets/attributes.js';
import { decodePayload, encodePayload } from '../../packets/codec.js';
import type { AnsweredAttributes, AttributeSignature, UserAttribute, WhoisOptions } from '../api/network.js';
import { matchesFingerprint } from '../messages/signatures.js';

/** Attributes of one answer that are looked at. */
const MAX_ATTRIBUTES = 256;

/**
 * Octets of a request; undefined where nothing is asked for.
 * @param key whoever is found has to have it
 * @throws SilcError `limit` when servers would pass over the request, because the key is too long
 */
export function requestOf({ attributes }: WhoisOptions, key?: SilcPublicKey): Uint8Array | undefined {
  if (attributes === undefined && key === undefined) return undefined;
  const asked =
    attributes === undefined ? [] : attributeRequest(attributes === true ? undefined : attributes);
  if (key === undefined) return encodePayload(attributeList, asked);
  const others = asked.filter(({ type }) => type !== AttributeType.userPublicKey);
  const request = encodePayload(attributeList, [keyAttribute(AttributeType.userPublicKey, key), ...others]);
  if (request.length > MAX_ATTRIBUTE_REQUEST_LENGTH) {
    throw new SilcError('limit', 'the public key is too long for a WHOIS');
  }
  return request;
}

/** What is known to judge an answer by. */
export interface AttributeJudge {
  readonly backend: CryptoBackend;
  /** Key of the server of this connection. */
  readonly serverKey: SilcPublicKey;
  /** Fingerprint that the server tells of the user, 40 hex digits. */
  readonly fingerprint: string | undefined;
}

/** Reads an answer. What is not legible in it is left out; never throws. */
export function readAnswer(octets: Uint8Array, judge: AttributeJudge): AnsweredAttributes {
  const attributes = tried(() => decodePayload(attributeList, octets))?.slice(0, MAX_ATTRIBUTES);
  if (attributes === undefined) return { values: [], signature: 'none' };
  const all = attributes.flatMap((attribute): readonly UserAttribute[] => {
    const value = tried(() => decodeAttribute(attribute));
    return value === undefined ? [] : [{ type: attribute.type, value }];
  });
  const values = all.filter(({ value }) => value.kind !== 'public-key' && value.kind !== 'signature');
  return { values, signature: judgeSignature(attributes, all, judge) };
}

function judgeSignature(
  attributes: readonly Attribute[],
  values: readonly UserAttribute[],
  { backend, serverKey, fingerprint }: AttributeJudge,
): AttributeSignature {
  const byUser = signatureIn(values, AttributeType.userDigitalSignature);
  if (byUser !== undefined) {
    const key = keyIn(values, AttributeType.userPublicKey);
    if (key === undefined) return 'unknown-key';
    if (!verifiesAsUser(backend, key, ofUser(attributes), byUser)) return 'failed';
    if (fingerprint === undefined) return 'unknown-key';
    return matchesFingerprint(backend, key, fingerprint) ? 'verified' : 'failed';
  }
  const byServer = signatureIn(values, AttributeType.serverDigitalSignature);
  if (byServer === undefined) return 'none';
  const key = keyIn(values, AttributeType.serverPublicKey) ?? serverKey;
  if (!verifiesAsServer(backend, key, attributes, byServer)) return 'failed';
  const { n, e } = key.numbers;
  const own = equalBytes(n, serverKey.numbers.n) && equalBytes(e, serverKey.numbers.e);
  return own ? 'server-signed' : 'unknown-key';
}

/** Without a server's key and signature behind the user's signature, which the user cannot have signed. */
function ofUser(attributes: readonly Attribute[]): readonly Attribute[] {
  const end = attributes.findIndex(({ type }) => type === AttributeType.userDigitalSignature);
  const added = attributes.slice(end + 1);
  const byServer = added.every(
    ({ type }) => type === AttributeType.serverPublicKey || type === AttributeType.serverDigitalSignature,
  );
  return byServer ? attributes.slice(0, end + 1) : attributes;
}

function signatureIn(values: readonly UserAttribute[], type: number): Uint8Array | undefined {
  const value = valueOf(values, type);
  return value?.kind === 'signature' ? value.signature : undefined;
}

function keyIn(values: readonly UserAttribute[], type: number): SilcPublicKey | undefined {
  const value = valueOf(values, type);
  if (value?.kind !== 'public-key' || value.type !== KEY_ATTRIBUTE_TYPE) return undefined;
  return tried(() => decodePublicKey(value.key));
}

function valueOf(values: readonly UserAttribute[], type: number): AttributeValue | undefined {
  return values.find((attribute) => attribute.type === type)?.value;
}

function tried<T>(decode: () => T): T | undefined {
  try {
    return decode();
  } catch (error) {
    if (error instanceof SilcError) return undefined;
    throw error;
  }
}
