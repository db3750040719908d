import type {
  AnsweredAttributes,
  AttributeSignature,
  UserAttribute,
} from '../../../src/silc/client/types.js';
import { concat, utf8 } from '../../../src/silc/bytes.js';
import { AttributeType } from '../../../src/silc/packets/attributes.js';

/** A PNG of one pixel, as far as anybody looks. */
export const PNG = new Uint8Array([
  ...[0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52],
  ...[0, 0, 0, 1, 0, 0, 0, 2, 8, 0, 0, 0, 0],
]);

export const mime = (type: string, body: Uint8Array | string): UserAttribute['value'] => ({
  kind: 'mime',
  entity: concat(utf8(`Content-Type: ${type}\r\n\r\n`), typeof body === 'string' ? utf8(body) : body),
});

/** As the toolkit writes it. */
const VCARD = `BEGIN:VCARD
VERSION:3.0
FN:Alice Liddell
N:Liddell;Alice;Pleasance;Miss;
NICKNAME:Al
BDAY:1852-05-04
TITLE:Muse
ROLE:Heroine
ORG:Christ Church;Deanery
URL:https://example.net/alice
ADR;TYPE=home:;;Deanery 1;Oxford;Oxfordshire;OX1;England
TEL;TYPE=home,voice:+44 1
EMAIL;TYPE=internet:alice@example.net
NOTE:Down
END:VCARD
`;

/** One of every kind that has a meaning. */
export const every: readonly UserAttribute[] = [
  { type: AttributeType.userInfo, value: { kind: 'vcard', text: VCARD } },
  {
    type: AttributeType.service,
    value: { kind: 'service', port: 5222, address: 'jabber.example', online: true, signon: '', idle: 3 },
  },
  { type: AttributeType.statusMood, value: { kind: 'mask', mask: 0x201 } },
  { type: AttributeType.statusFreetext, value: { kind: 'string', text: 'Having tea' } },
  { type: AttributeType.statusMessage, value: mime('text/plain', 'not this one') },
  { type: AttributeType.preferredLanguage, value: { kind: 'string', text: 'deu' } },
  { type: AttributeType.preferredContact, value: { kind: 'mask', mask: 0x22 } },
  { type: AttributeType.timezone, value: { kind: 'string', text: '2026-11-22T12:00:00+0200' } },
  {
    type: AttributeType.geolocation,
    value: {
      kind: 'geolocation',
      longitude: '1 15 20.4W',
      latitude: '51 45 7N',
      altitude: '61 m',
      accuracy: '20',
    },
  },
  {
    type: AttributeType.deviceInfo,
    value: { kind: 'device', type: 1, manufacturer: 'Acme', version: '2', model: 'Brick', language: 'eng' },
  },
  { type: AttributeType.userIcon, value: mime('image/png', PNG) },
  { type: AttributeType.phoneNumber, value: { kind: 'phone-number', format: 0, number: '+44 2' } },
];

export const answer = (
  values: readonly UserAttribute[],
  signature: AttributeSignature = 'verified',
): AnsweredAttributes => ({ values, signature });
