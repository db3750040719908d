import { expect } from 'vitest';
import { z } from 'zod';
import { toHex, utf8 } from '../../../src/silc/bytes.js';
import { hashName } from '../../../src/silc/crypto/algorithms.js';
import { decodePublicKey } from '../../../src/silc/crypto/public-key.js';
import { dataSignatureForm, signData, verifyData } from '../../../src/silc/crypto/signature.js';
import { SilcError } from '../../../src/silc/errors.js';
import { encodeMime, mimeField, parseMime } from '../../../src/silc/messages/mime.js';
import {
  decodeAttribute,
  encodeAttribute,
  type AttributeValue,
} from '../../../src/silc/packets/attribute-value.js';
import {
  attributeList,
  attributeRequest,
  AttributeFlag,
  AttributeType,
  userSigned,
  type Attribute,
} from '../../../src/silc/packets/attributes.js';
import { decodePayload, encodePayload } from '../../../src/silc/packets/codec.js';
import { privateKeyOf } from '../test-keys.js';
import { hex } from './schemas.js';
import type { CaseCheck, VectorRunner } from './types.js';

const attributeInput = z.object({ attribute: z.number(), flags: z.number() });

const encode = (attributes: readonly Attribute[]): string => toHex(encodePayload(attributeList, attributes));

function oneAttribute(payload: Uint8Array): Attribute {
  const [attribute, ...others] = decodePayload(attributeList, payload);
  expect(others).toEqual([]);
  return attribute ?? expect.unreachable();
}

/** The value that the fields of a case state; undefined where they do not (business cards). */
function statedValue(type: number, input: unknown): AttributeValue | undefined {
  switch (type) {
    case AttributeType.service:
      return {
        kind: 'service',
        ...z
          .object({
            port: z.number(),
            address: z.string(),
            online: z.boolean(),
            signon: z.string(),
            idle: z.number(),
          })
          .parse(input),
      };
    case AttributeType.statusMood:
    case AttributeType.preferredContact:
      return { kind: 'mask', ...z.object({ mask: z.number() }).parse(input) };
    case AttributeType.statusFreetext:
    case AttributeType.preferredLanguage:
    case AttributeType.timezone:
      return { kind: 'string', text: z.object({ string: z.string() }).parse(input).string };
    case AttributeType.statusMessage:
    case AttributeType.extension:
    case AttributeType.userIcon: {
      const { content_type, body } = z.object({ content_type: z.string(), body: z.string() }).parse(input);
      const fields = [{ name: 'Content-Type', value: content_type }];
      return { kind: 'mime', entity: encodeMime({ fields, body: utf8(body) }) };
    }
    case AttributeType.geolocation:
      return {
        kind: 'geolocation',
        ...z
          .object({ longitude: z.string(), latitude: z.string(), altitude: z.string(), accuracy: z.string() })
          .parse(input),
      };
    case AttributeType.deviceInfo:
      return {
        kind: 'device',
        ...z
          .object({
            type: z.number(),
            manufacturer: z.string(),
            version: z.string(),
            model: z.string(),
            language: z.string(),
          })
          .parse(input),
      };
    case AttributeType.userPublicKey:
    case AttributeType.serverPublicKey:
      return { kind: 'public-key', ...z.object({ type: z.string(), key: hex }).parse(input) };
    case AttributeType.phoneNumber:
      return { kind: 'phone-number', ...z.object({ format: z.number(), number: z.string() }).parse(input) };
    default:
      return undefined;
  }
}

const attribute: CaseCheck = ({ input, expect: wanted }) => {
  const { attribute: type, flags } = attributeInput.parse(input);
  const result = z.object({ payload: hex, data: hex }).parse(wanted);
  const decoded = oneAttribute(result.payload);
  expect({ ...decoded, data: toHex(decoded.data) }).toEqual({ type, flags, data: toHex(result.data) });
  expect(encode([decoded])).toBe(toHex(result.payload));

  const value = decodeAttribute(decoded);
  if (result.data.length === 0) {
    // The toolkit leaves the data out where all of it is zero or empty: that reads as no value.
    expect(value).toBeUndefined();
    return;
  }
  if (value === undefined) expect.unreachable('attribute without value');
  expect(encode([encodeAttribute(type, value)])).toBe(toHex(result.payload));
  const stated = statedValue(type, input);
  if (stated !== undefined) {
    expect(encode([encodeAttribute(type, stated)])).toBe(toHex(result.payload));
    expect(value.kind).toBe(stated.kind);
  }
  if (value.kind === 'mime') {
    const { content_type, body } = z.object({ content_type: z.string(), body: z.string() }).parse(input);
    const entity = parseMime(value.entity);
    expect(mimeField(entity, 'Content-Type')).toBe(content_type);
    expect(toHex(entity.body)).toBe(toHex(utf8(body)));
  }
  if (type === AttributeType.userInfo) {
    expect(value.kind === 'vcard' && value.text).toMatch(/^BEGIN:VCARD\n[^]*\nEND:VCARD\n$/);
  }
};

const invalid: CaseCheck = ({ input, expect: wanted }) => {
  const { attribute: type, flags } = attributeInput.parse(input);
  const { payload } = z.object({ payload: hex }).parse(wanted);
  expect(flags).toBe(AttributeFlag.invalid);
  expect(encode([{ type, flags, data: new Uint8Array(0) }])).toBe(toHex(payload));
  const decoded = oneAttribute(payload);
  expect(decoded).toMatchObject({ type, flags });
  expect(decodeAttribute(decoded)).toBeUndefined();
};

const request: CaseCheck = ({ input, expect: wanted }) => {
  const { attributes } = z.object({ attributes: z.array(z.number()).nullable() }).parse(input);
  const { payload } = z.object({ payload: hex }).parse(wanted);
  const asked = attributes === null ? attributeRequest() : attributeRequest(attributes);
  expect(encode(asked)).toBe(toHex(payload));
  expect(decodePayload(attributeList, payload).map(({ type }) => type)).toEqual(
    asked.map(({ type }) => type),
  );
};

const signedReply: CaseCheck = ({ input, expect: wanted }, backend) => {
  const stated = z.object({ public_key: hex, hash: z.string(), unsigned_payload: hex }).parse(input);
  const result = z
    .object({ payload: hex, signature: hex, verify_data: hex, signature_ok: z.boolean() })
    .parse(wanted);
  const unsigned = decodePayload(attributeList, stated.unsigned_payload);
  const signature = {
    type: AttributeType.userDigitalSignature,
    flags: AttributeFlag.valid,
    data: result.signature,
  };
  expect(encode([...unsigned, signature])).toBe(toHex(result.payload));

  const reply = decodePayload(attributeList, result.payload);
  const covered = encodePayload(attributeList, userSigned(reply));
  expect(toHex(covered)).toBe(toHex(result.verify_data));
  const hash = hashName(stated.hash);
  const { numbers, version } = decodePublicKey(stated.public_key);
  expect(verifyData(backend, numbers, hash, [covered], result.signature)).toBe(result.signature_ok);
  const secret = privateKeyOf(numbers);
  if (secret === undefined) return;
  const made = signData(backend, secret, hash, [covered], dataSignatureForm[version]);
  expect(toHex(made) === toHex(result.signature)).toBe(result.signature_ok);
};

const listDecode: CaseCheck = ({ input, expect: wanted }) => {
  const { payload } = z.object({ payload: hex }).parse(input);
  const result = z
    .object({
      accepted: z.boolean(),
      attributes: z
        .array(z.object({ attribute: z.number(), flags: z.number(), data: z.string() }))
        .optional(),
    })
    .parse(wanted);
  if (!result.accepted) {
    expect(() => decodePayload(attributeList, payload)).toThrow(SilcError);
    return;
  }
  const decoded = decodePayload(attributeList, payload);
  expect(decoded.map(({ type, flags, data }) => ({ attribute: type, flags, data: toHex(data) }))).toEqual(
    result.attributes,
  );
  for (const one of decoded) decodeAttribute(one);
  expect(encode(decoded)).toBe(toHex(payload));
};

export const runner: VectorRunner = {
  kinds: {
    attribute,
    attribute_invalid: invalid,
    attribute_request: request,
    attribute_reply_signed: signedReply,
    attribute_list_decode: listDecode,
  },
};
