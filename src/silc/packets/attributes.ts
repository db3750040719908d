import type { Codec } from './codec.js';

/** User attributes (draft presence-attrs-04, 2.5; 17 is the toolkit's). */
export const AttributeType = {
  userInfo: 1,
  service: 2,
  statusMood: 3,
  statusFreetext: 4,
  statusMessage: 5,
  preferredLanguage: 6,
  preferredContact: 7,
  timezone: 8,
  geolocation: 9,
  deviceInfo: 10,
  extension: 11,
  userPublicKey: 12,
  serverPublicKey: 13,
  userDigitalSignature: 14,
  serverDigitalSignature: 15,
  userIcon: 16,
  phoneNumber: 17,
} as const;

/** 0 in a request; a reply says whether the attribute is there. */
export const AttributeFlag = { request: 0, invalid: 1, valid: 2 } as const;

/** One attribute; unknown types are kept. `data` is empty in requests and invalid ones. */
export interface Attribute {
  readonly type: number;
  readonly flags: number;
  readonly data: Uint8Array;
}

/** Longest request that servers and clients look at. */
export const MAX_ATTRIBUTE_REQUEST_LENGTH = 1020;

/** What a client asks for when it asks for everything. */
export const ALL_ATTRIBUTES: readonly number[] = [
  AttributeType.userInfo,
  AttributeType.userIcon,
  AttributeType.service,
  AttributeType.statusMood,
  AttributeType.statusFreetext,
  AttributeType.statusMessage,
  AttributeType.preferredLanguage,
  AttributeType.preferredContact,
  AttributeType.timezone,
  AttributeType.geolocation,
  AttributeType.deviceInfo,
  AttributeType.userPublicKey,
];

/**
 * Attribute Payloads in a row (draft presence-attrs-04, 2.4):
 *   attribute u8 | flags u8 | data length u16 | data
 */
export const attributeList: Codec<readonly Attribute[]> = {
  kind: 'attributes',
  decode(reader) {
    const attributes: Attribute[] = [];
    while (reader.remaining > 0) {
      const type = reader.u8('attribute');
      const flags = reader.u8('attribute flags');
      attributes.push({ type, flags, data: reader.block16('attribute data') });
    }
    return attributes;
  },
  encode(attributes, writer) {
    for (const { type, flags, data } of attributes) writer.u8(type).u8(flags).block16(data);
  },
};

/** Attributes that ask for these types. */
export function attributeRequest(types: readonly number[] = ALL_ATTRIBUTES): readonly Attribute[] {
  return types.map((type) => ({ type, flags: AttributeFlag.request, data: new Uint8Array(0) }));
}

/** The attributes that the user's signature covers: all but the signatures, in order. */
export function userSigned(attributes: readonly Attribute[]): readonly Attribute[] {
  return attributes.filter(
    ({ type }) =>
      type !== AttributeType.userDigitalSignature && type !== AttributeType.serverDigitalSignature,
  );
}

/** The attributes that the server's signature covers: all but its own, in order. */
export function serverSigned(attributes: readonly Attribute[]): readonly Attribute[] {
  return attributes.filter(({ type }) => type !== AttributeType.serverDigitalSignature);
}
