import { Reader, utf8, Writer } from '../bytes.js';
import { AttributeFlag, AttributeType, type Attribute } from './attributes.js';
import { decodeText } from './text.js';

/** What the data of an attribute says (draft presence-attrs-04, 2.5). */
export type AttributeValue =
  /** A vCard 3.0, as text. */
  | { readonly kind: 'vcard'; readonly text: string }
  | {
      readonly kind: 'service';
      readonly port: number;
      readonly address: string;
      readonly online: boolean;
      /** ISO 8601 date and time of signing on; empty where unknown. */
      readonly signon: string;
      /** Seconds. */
      readonly idle: number;
    }
  /** Moods or ways of contact, one bit each. */
  | { readonly kind: 'mask'; readonly mask: number }
  | { readonly kind: 'string'; readonly text: string }
  /** A MIME entity: `parseMime` in `messages/`. */
  | { readonly kind: 'mime'; readonly entity: Uint8Array }
  | {
      readonly kind: 'geolocation';
      readonly longitude: string;
      readonly latitude: string;
      readonly altitude: string;
      readonly accuracy: string;
    }
  | {
      readonly kind: 'device';
      /** 0 computer, 1 mobile phone, 2 PDA, 3 terminal. */
      readonly type: number;
      readonly manufacturer: string;
      readonly version: string;
      readonly model: string;
      readonly language: string;
    }
  /** `type` names the kind of key: `silc-rsa`; `key` is the encoded public key. */
  | { readonly kind: 'public-key'; readonly type: string; readonly key: Uint8Array }
  | { readonly kind: 'signature'; readonly signature: Uint8Array }
  | { readonly kind: 'phone-number'; readonly format: number; readonly number: string };

/**
 * The value of a valid attribute; undefined where it has none, is not valid or of an unknown type.
 * @throws SilcError `malformed` when the data does not follow the attribute's layout
 */
export function decodeAttribute({ type, flags, data }: Attribute): AttributeValue | undefined {
  if (flags !== AttributeFlag.valid || data.length === 0) return undefined;
  const reader = new Reader(data);
  const value = readValue(type, reader);
  if (value !== undefined) reader.end('attribute');
  return value;
}

/** A valid attribute with this value. The caller sees to it that the kind of value fits the type. */
export function encodeAttribute(type: number, value: AttributeValue): Attribute {
  const writer = new Writer();
  writeValue(value, writer);
  return { type, flags: AttributeFlag.valid, data: writer.finish() };
}

function readValue(type: number, reader: Reader): AttributeValue | undefined {
  const text = (field: string): string => decodeText(reader.block16(field));
  switch (type) {
    case AttributeType.userInfo:
      return { kind: 'vcard', text: decodeText(reader.rest()) };
    case AttributeType.service:
      return {
        kind: 'service',
        port: reader.u32('service port'),
        address: text('service address'),
        online: reader.u8('service status') !== 0,
        signon: text('service signon'),
        idle: reader.u32('service idle time'),
      };
    case AttributeType.statusMood:
    case AttributeType.preferredContact:
      return { kind: 'mask', mask: reader.u32('mask') };
    case AttributeType.statusFreetext:
    case AttributeType.preferredLanguage:
    case AttributeType.timezone:
      return { kind: 'string', text: text('text') };
    case AttributeType.statusMessage:
    case AttributeType.extension:
    case AttributeType.userIcon:
      return { kind: 'mime', entity: reader.rest() };
    case AttributeType.geolocation:
      return {
        kind: 'geolocation',
        longitude: text('longitude'),
        latitude: text('latitude'),
        altitude: text('altitude'),
        accuracy: text('accuracy'),
      };
    case AttributeType.deviceInfo:
      return {
        kind: 'device',
        type: reader.u32('device type'),
        manufacturer: text('device manufacturer'),
        version: text('device version'),
        model: text('device model'),
        language: text('device language'),
      };
    case AttributeType.userPublicKey:
    case AttributeType.serverPublicKey:
      return { kind: 'public-key', type: text('public key type'), key: reader.rest() };
    case AttributeType.userDigitalSignature:
    case AttributeType.serverDigitalSignature:
      return { kind: 'signature', signature: reader.rest() };
    case AttributeType.phoneNumber:
      return {
        kind: 'phone-number',
        format: reader.u32('phone number format'),
        number: text('phone number'),
      };
    default:
      return undefined;
  }
}

function writeValue(value: AttributeValue, writer: Writer): void {
  switch (value.kind) {
    case 'vcard':
      writer.bytes(utf8(value.text));
      return;
    case 'service':
      writer.u32(value.port).text16(value.address);
      writer.u8(value.online ? 1 : 0).text16(value.signon);
      writer.u32(value.idle);
      return;
    case 'mask':
      writer.u32(value.mask);
      return;
    case 'string':
      writer.text16(value.text);
      return;
    case 'mime':
      writer.bytes(value.entity);
      return;
    case 'geolocation':
      writer.text16(value.longitude).text16(value.latitude);
      writer.text16(value.altitude).text16(value.accuracy);
      return;
    case 'device':
      writer.u32(value.type).text16(value.manufacturer).text16(value.version);
      writer.text16(value.model).text16(value.language);
      return;
    case 'public-key':
      writer.text16(value.type).bytes(value.key);
      return;
    case 'signature':
      writer.bytes(value.signature);
      return;
    case 'phone-number':
      writer.u32(value.format).text16(value.number);
      return;
  }
}
