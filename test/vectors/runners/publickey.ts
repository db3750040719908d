import { expect } from 'vitest';
import { z } from 'zod';
import { decodePayload, encodePayload } from '../../../src/silc/packets/codec.js';
import { PublicKeyType, publicKeyPayload } from '../../../src/silc/packets/public-key-payload.js';
import { equalBytes, toHex } from '../../../src/silc/bytes.js';
import { SilcError } from '../../../src/silc/errors.js';
import type { CryptoBackend } from '../../../src/silc/crypto/backend.js';
import {
  babbleprint,
  displayFingerprint,
  fingerprint,
  fingerprintBytes,
} from '../../../src/silc/crypto/fingerprint.js';
import { readPublicKeyFile, writePublicKeyFile } from '../../../src/silc/crypto/key-file.js';
import { bitLength } from '../../../src/silc/crypto/pkcs1.js';
import {
  canonicalPublicKey,
  decodePublicKey,
  encodePublicKey,
  formatIdentifier,
  parseIdentifier,
  type KeyIdentifier,
  type SilcPublicKey,
} from '../../../src/silc/crypto/public-key.js';
import { fromUtf8, utf8 } from '../../../src/silc/bytes.js';
import { hex } from './schemas.js';
import type { CaseCheck, VectorRunner } from './types.js';

const field = z.string().nullable();
const fields = z.object({ UN: field, HN: field, RN: field, E: field, O: field, C: field, V: field });

const publicKeyForms = z.object({
  encoded: hex,
  n: hex,
  e: hex,
  bits: z.number(),
  version: z.union([z.literal(1), z.literal(2)]),
  identifier: fields,
  fingerprint_sha1: z.string(),
  babbleprint_sha1: z.string(),
  sha1: z.string(),
});

/** Absent fields of a vector are null; those of an identifier are missing. */
function identifierOf(stated: z.infer<typeof fields>): KeyIdentifier {
  const { UN, HN, ...rest } = stated;
  const optional = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== null));
  return { UN: UN ?? '', HN: HN ?? '', ...optional };
}

function checkForms(
  key: SilcPublicKey,
  stated: z.infer<typeof publicKeyForms>,
  backend: CryptoBackend,
): void {
  expect(toHex(key.encoded)).toBe(toHex(stated.encoded));
  expect(toHex(key.numbers.n)).toBe(toHex(stated.n));
  expect(toHex(key.numbers.e)).toBe(toHex(stated.e));
  expect(key.version).toBe(stated.version);
  expect(key.identifier).toEqual(identifierOf(stated.identifier));
  // The toolkit states the nominal size of a key; the modulus is often one bit shorter.
  expect(stated.bits - bitLength(key.numbers.n)).toBeLessThanOrEqual(1);
  expect(fingerprint(backend, key)).toBe(stated.sha1);
  expect(displayFingerprint(fingerprintBytes(backend, key))).toBe(stated.fingerprint_sha1);
  expect(babbleprint(fingerprintBytes(backend, key))).toBe(stated.babbleprint_sha1);
}

const publicKey: CaseCheck = ({ input, expect: wanted }, backend) => {
  const { file_text } = z.object({ file_text: z.string() }).parse(input);
  const result = publicKeyForms.extend({ file_binary: hex, payload: hex }).parse(wanted);
  const key = readPublicKeyFile(utf8(file_text));
  checkForms(key, result, backend);
  checkForms(readPublicKeyFile(result.file_binary), result, backend);
  checkForms(encodePublicKey(identifierOf(result.identifier), { n: result.n, e: result.e }), result, backend);
  expect(fromUtf8(writePublicKeyFile(key))).toBe(file_text);
  expect(equalBytes(writePublicKeyFile(key, 'binary'), result.file_binary)).toBe(true);
  const payload = { type: PublicKeyType.silc, data: key.encoded };
  expect(toHex(encodePayload(publicKeyPayload, payload))).toBe(toHex(result.payload));
  expect(toHex(decodePayload(publicKeyPayload, result.payload).data)).toBe(toHex(key.encoded));
};

const identifier: CaseCheck = ({ input, expect: wanted, informative }, backend) => {
  const {
    identifier: text,
    identifier_bytes,
    n_and_e_from_key,
  } = z.object({ identifier: z.string(), identifier_bytes: hex, n_and_e_from_key: hex }).parse(input);
  expect(fromUtf8(identifier_bytes)).toBe(text);
  const result = z
    .discriminatedUnion('decoded', [
      z.object({ decoded: z.literal(false) }),
      z.object({
        decoded: z.literal(true),
        fields,
        reencoded: z.string(),
        encoded_public_key: hex,
        fingerprint_sha1: z.string(),
        babbleprint_sha1: z.string(),
      }),
    ])
    .parse(wanted);
  if (!result.decoded) {
    expect(() => parseIdentifier(text)).toThrow(SilcError);
    return;
  }
  const parsed = parseIdentifier(text);
  const { numbers } = decodePublicKey(n_and_e_from_key);
  const key = encodePublicKey(parsed, numbers);
  expect(decodePublicKey(key.encoded)).toEqual(key);
  if (informative !== undefined) {
    // What binds of a peculiarity: the text is accepted and survives its own re-encoding.
    expect(parseIdentifier(formatIdentifier(parsed))).toEqual(parsed);
    return;
  }
  expect(parsed).toEqual(identifierOf(result.fields));
  expect(formatIdentifier(parsed)).toBe(result.reencoded);
  expect(toHex(key.encoded)).toBe(toHex(result.encoded_public_key));
  expect(displayFingerprint(fingerprintBytes(backend, key))).toBe(result.fingerprint_sha1);
  expect(babbleprint(fingerprintBytes(backend, key))).toBe(result.babbleprint_sha1);
};

const identifierEncode: CaseCheck = ({ input, expect: wanted, informative }) => {
  const stated = identifierOf(fields.parse(input));
  const { identifier: text } = z.object({ identifier: z.string().nullable() }).parse(wanted);
  if (text === null) {
    expect(() => formatIdentifier(stated)).toThrow(SilcError);
  } else if (informative === undefined) {
    expect(formatIdentifier(stated)).toBe(text);
  } else {
    expect(parseIdentifier(formatIdentifier(stated))).toEqual(stated);
  }
};

const publicKeyDecode: CaseCheck = ({ input, expect: wanted, informative }, backend) => {
  const { encoded } = z.object({ encoded: hex }).parse(input);
  const result = z
    .discriminatedUnion('accepted', [
      z.object({ accepted: z.literal(false) }),
      z.object({ accepted: z.literal(true), reexported: publicKeyForms }),
    ])
    .parse(wanted);
  if (!result.accepted || informative !== undefined) {
    expect(() => decodePublicKey(encoded)).toThrow(SilcError);
    return;
  }
  const key = decodePublicKey(encoded);
  expect(equalBytes(key.encoded, encoded)).toBe(true);
  checkForms(canonicalPublicKey(key), result.reexported, backend);
};

const payloadDecode: CaseCheck = ({ input, expect: wanted }) => {
  const { payload } = z.object({ payload: hex }).parse(input);
  const { accepted } = z.object({ accepted: z.boolean() }).parse(wanted);
  const decode = (): SilcPublicKey => {
    const { type, data } = decodePayload(publicKeyPayload, payload);
    if (type !== PublicKeyType.silc) throw new SilcError('unsupported', `public key type ${type}`);
    return decodePublicKey(data);
  };
  if (accepted) expect(decode().version).toBeGreaterThan(0);
  else expect(decode).toThrow(SilcError);
};

export const runner: VectorRunner = {
  kinds: {
    public_key: publicKey,
    identifier,
    identifier_encode: identifierEncode,
    public_key_decode: publicKeyDecode,
    public_key_payload_decode: payloadDecode,
  },
};
