import { LruMap } from '../../util/lru-map.js';
import { concat, copyOf, fromUtf8, Reader, stripLeadingZeros, toHex, utf8, Writer } from '../bytes.js';
import { SilcError } from '../errors.js';
import { unsupported } from './algorithms.js';
import type { RsaPublicNumbers } from './backend.js';
import { MAX_MODULUS_BITS, MAX_PUBLIC_EXPONENT_LENGTH, usablePublicNumbers } from './pkcs1.js';

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

/** Algorithm name inside key blobs. */
export const RSA_ALGORITHM = 'rsa';

/** The draft has `dss` too, which no SILC software ever had. @throws SilcError `unsupported`, naming it */
export function checkAlgorithm(name: string): void {
  if (name !== RSA_ALGORITHM) throw unsupported('public key algorithm', name);
}

const fieldNames = ['UN', 'HN', 'RN', 'E', 'O', 'C', 'V'] as const satisfies readonly (keyof KeyIdentifier)[];
type FieldName = (typeof fieldNames)[number];

/** Octets of an integer with a sign-like zero octet in front, as some encoders write it. */
const MAX_MODULUS_LENGTH = MAX_MODULUS_BITS / 8 + 1;
const MAX_EXPONENT_LENGTH = MAX_PUBLIC_EXPONENT_LENGTH + 1;

/** Keys that are kept to be shared, and the longest of them in octets. */
const MAX_SHARED_KEYS = 32;
const MAX_SHARED_KEY_LENGTH = 4_096;

/** The same names, with this version or with none, which means 1. */
export function identifierOfVersion(identifier: KeyIdentifier, version: 1 | 2): KeyIdentifier {
  const changed: { -readonly [Field in keyof KeyIdentifier]: KeyIdentifier[Field] } = { ...identifier };
  if (version === 1) delete changed.V;
  else changed.V = '2';
  return changed;
}

/**
 * Reads an identifier text: `UN=…, HN=…, RN=…`. Fields come in any order, blanks after the comma are optional, `\,` is
 * a comma inside a value, unknown fields are dropped, and of a repeated field the last counts (as in the toolkit).
 *
 * @throws SilcError `malformed` when UN or HN is missing or empty, or V is not one digit
 */
export function parseIdentifier(text: string): KeyIdentifier {
  const found: Partial<Record<FieldName, string>> = {};
  for (const item of text.split(/(?<!\\),/)) {
    const field = item.trimStart();
    const name = fieldNames.find((candidate) => field.startsWith(`${candidate}=`));
    if (name !== undefined) found[name] = field.slice(name.length + 1).replaceAll('\\,', ',');
  }
  const { UN = '', HN = '', ...optional } = found;
  const fault = identifierFault({ ...optional, UN, HN });
  if (fault !== undefined) throw new SilcError('malformed', `public key identifier: ${fault}`);
  return { UN, HN, ...optional };
}

/**
 * The canonical identifier text: fixed order, `, ` between fields, commas inside values escaped (draft spec-09, 3.10.1).
 *
 * @throws SilcError `bad-string` when UN or HN is empty, V is not one digit, or a value ends with a backslash (it would
 * escape the separator)
 */
export function formatIdentifier(identifier: KeyIdentifier): string {
  const fault = identifierFault(identifier);
  if (fault !== undefined) throw new SilcError('bad-string', `public key identifier: ${fault}`);
  if (fieldNames.some((name) => identifier[name]?.endsWith('\\'))) {
    throw new SilcError('bad-string', 'public key identifier: a value ends with a backslash');
  }
  return fieldNames
    .flatMap((name) => {
      const value = identifier[name];
      return value === undefined ? [] : [`${name}=${value.replaceAll(',', '\\,')}`];
    })
    .join(', ');
}

/**
 * Decodes a public key blob: `length u32, algorithm length u16, "rsa", identifier length u16, identifier,
 * e length u32, e, n length u32, n` (draft spec-09, 3.10.1). A total length that counts itself is tolerated: old keys
 * have it.
 *
 * @throws SilcError `malformed`, `limit`, or `unsupported` when the algorithm is not `rsa`
 */
export function decodePublicKey(bytes: Uint8Array): SilcPublicKey {
  const encoded = copyOf(bytes);
  const reader = new Reader(encoded);
  const total = reader.u32('public key length');
  if (total !== encoded.length - 4 && total !== encoded.length) {
    throw new SilcError('malformed', `public key length ${total} in ${encoded.length} octets`);
  }
  checkAlgorithm(reader.text16('public key algorithm', 255));
  const identifier = parseIdentifier(fromUtf8(reader.block16('identifier'), 'identifier'));
  const e = stripLeadingZeros(reader.block32('e', MAX_EXPONENT_LENGTH));
  const n = stripLeadingZeros(reader.block32('n', MAX_MODULUS_LENGTH));
  reader.end('public key');
  if (!usablePublicNumbers({ n, e })) throw new SilcError('limit', 'RSA numbers are out of range');
  return { encoded, identifier, version: keyVersion(identifier), numbers: { n, e } };
}

/** By the hex digits of their octets. */
const sharedKeys = new LruMap<string, SilcPublicKey>(MAX_SHARED_KEYS);

/**
 * As {@link decodePublicKey}, for a key that many connections meet, such as that of a server: they have one object between them.
 * @throws as `decodePublicKey`
 */
export function sharedPublicKey(bytes: Uint8Array): SilcPublicKey {
  if (bytes.length > MAX_SHARED_KEY_LENGTH) return decodePublicKey(bytes);
  const octets = toHex(bytes);
  let key = sharedKeys.get(octets);
  if (key === undefined) {
    key = decodePublicKey(bytes);
    sharedKeys.set(octets, key);
  }
  return key;
}

/** Makes the public key of an identifier and numbers, in canonical form. @throws SilcError `bad-string`, `limit`. */
export function encodePublicKey(identifier: KeyIdentifier, numbers: RsaPublicNumbers): SilcPublicKey {
  const text = utf8(formatIdentifier(identifier));
  const e = copyOf(stripLeadingZeros(numbers.e));
  const n = copyOf(stripLeadingZeros(numbers.n));
  if (!usablePublicNumbers({ n, e })) throw new SilcError('limit', 'RSA numbers are out of range');
  const body = new Writer(512).text16(RSA_ALGORITHM).block16(text).u32(e.length).bytes(e);
  body.u32(n.length).bytes(n);
  const encoded = concat(new Writer(4).u32(body.length).finish(), body.finish());
  return { encoded, identifier, version: keyVersion(identifier), numbers: { n, e } };
}

/**
 * The key as the toolkit exports it after importing: canonical identifier, exact length, minimal integers. Its octets,
 * and with them its fingerprint, can differ from those that came.
 */
export function canonicalPublicKey(key: SilcPublicKey): SilcPublicKey {
  return encodePublicKey(key.identifier, key.numbers);
}

function keyVersion(identifier: KeyIdentifier): 1 | 2 {
  return identifier.V === undefined || identifier.V === '1' ? 1 : 2;
}

function identifierFault(identifier: KeyIdentifier): string | undefined {
  if (identifier.UN === '') return 'UN is missing';
  if (identifier.HN === '') return 'HN is missing';
  if (identifier.V !== undefined && !/^\d$/.test(identifier.V)) return 'V is not one digit';
  return undefined;
}
