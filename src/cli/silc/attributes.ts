import type { UserAttribute } from '../../silc/client/types.js';
import { fromUtf8 } from '../../silc/bytes.js';
import { SilcError } from '../../silc/errors.js';
import { encodeMime, mimeField, parseMime } from '../../silc/messages/mime.js';
import type { AttributeValue } from '../../silc/packets/attribute-value.js';
import { AttributeType } from '../../silc/packets/attributes.js';
import { base64 } from './fields.js';
import { type JsonObject, UsageError } from './item.js';
import { contentOf } from './local-files.js';

type Names = readonly string[];

/** Names of bits, from the lowest (draft presence-attrs-04, 2.5). */
const moods: Names = [
  ...['happy', 'sad', 'angry', 'jealous', 'ashamed', 'invincible', 'inlove', 'sleepy', 'bored', 'excited'],
  'anxious',
];
const contacts: Names = ['email', 'call', 'page', 'sms', 'mms', 'chat', 'video'];
const devices: Names = ['computer', 'mobile', 'pda', 'terminal'];

/** How an attribute is typed. */
interface AttributeRow {
  readonly type: number;
  /** What follows the name. */
  readonly usage: string;
  /** @throws UsageError for words that say nothing */
  parse(words: Names): AttributeValue | Promise<AttributeValue>;
}

const string = (type: number): AttributeRow => ({
  type,
  usage: 'TEXT',
  parse: (words) => ({ kind: 'string', text: words.join(' ') }),
});

const mask = (type: number, names: Names): AttributeRow => ({
  type,
  usage: `${names.join('|')}…`,
  parse: (words) => ({
    kind: 'mask',
    mask: words.reduce((all, word) => all | (1 << indexOf(names, word)), 0),
  }),
});

const mime = (type: number): AttributeRow => ({
  type,
  usage: 'FILE [TYPE]',
  parse: async ([file = '', contentType = 'application/octet-stream']) => ({
    kind: 'mime',
    entity: encodeMime({
      fields: [{ name: 'Content-Type', value: contentType }],
      body: await contentOf(file),
    }),
  }),
});

/** The attributes that a user can set, by their names in lines. */
export const attributeRows: ReadonlyMap<string, AttributeRow> = new Map<string, AttributeRow>([
  ['text', string(AttributeType.statusFreetext)],
  ['mood', mask(AttributeType.statusMood, moods)],
  ['contact', mask(AttributeType.preferredContact, contacts)],
  ['language', string(AttributeType.preferredLanguage)],
  ['timezone', string(AttributeType.timezone)],
  [
    'location',
    {
      type: AttributeType.geolocation,
      usage: 'LATITUDE LONGITUDE [ALTITUDE [ACCURACY]]',
      parse: ([latitude = '', longitude = '', altitude = '', accuracy = '']) => {
        if (longitude === '') throw new UsageError('latitude and longitude are needed');
        return { kind: 'geolocation', longitude, latitude, altitude, accuracy };
      },
    },
  ],
  [
    'device',
    {
      type: AttributeType.deviceInfo,
      usage: `${devices.join('|')} [MANUFACTURER [VERSION [MODEL [LANGUAGE]]]]`,
      parse: ([device = '', manufacturer = '', version = '', model = '', language = '']) => {
        const type = indexOf(devices, device);
        return { kind: 'device', type, manufacturer, version, model, language };
      },
    },
  ],
  [
    'service',
    {
      type: AttributeType.service,
      usage: 'ADDRESS PORT',
      parse: ([address = '', port = '']) => {
        if (!/^\d{1,5}$/.test(port)) throw new UsageError('an address and a port are needed');
        return { kind: 'service', port: Number(port), address, online: true, signon: '', idle: 0 };
      },
    },
  ],
  [
    'phone',
    {
      type: AttributeType.phoneNumber,
      usage: 'NUMBER',
      parse: (words) => ({ kind: 'phone-number', format: 0, number: words.join(' ') }),
    },
  ],
  [
    'vcard',
    {
      type: AttributeType.userInfo,
      usage: 'FILE',
      parse: async ([file = '']) => ({ kind: 'vcard', text: fromUtf8(await contentOf(file)) }),
    },
  ],
  ['message', mime(AttributeType.statusMessage)],
  ['icon', mime(AttributeType.userIcon)],
  ['extension', mime(AttributeType.extension)],
]);

function indexOf(names: Names, word: string): number {
  const index = names.indexOf(word.toLowerCase());
  if (index < 0) throw new UsageError(`${word} is none of ${names.join(', ')}`);
  return index;
}

/** What an attribute is called in lines. */
export function attributeName(type: number): string {
  return [...attributeRows].find(([, row]) => row.type === type)?.[0] ?? `attribute ${type}`;
}

/** An attribute in JSON. */
export function attributeFields({ type, value }: UserAttribute): JsonObject {
  return { type, name: attributeName(type), value: valueFields(value) };
}

function valueFields(value: AttributeValue): JsonObject {
  switch (value.kind) {
    case 'mime':
      return { ...value, entity: base64(value.entity) };
    case 'public-key':
      return { ...value, key: base64(value.key) };
    case 'signature':
      return { ...value, signature: base64(value.signature) };
    default:
      return { ...value };
  }
}

/** An attribute for people. */
export function attributeText({ type, value }: UserAttribute): string {
  return `${attributeName(type).padEnd(9)}  ${valueText(type, value)}`;
}

function valueText(type: number, value: AttributeValue): string {
  switch (value.kind) {
    case 'mask': {
      const names = type === AttributeType.statusMood ? moods : contacts;
      return names.filter((_name, bit) => (value.mask & (1 << bit)) !== 0).join(' ') || 'none';
    }
    case 'string':
    case 'vcard':
      return value.text;
    case 'geolocation':
      return joined(value.latitude, value.longitude, value.altitude, value.accuracy);
    case 'device':
      return joined(
        devices[value.type] ?? `device ${value.type}`,
        ...[value.manufacturer, value.version, value.model, value.language],
      );
    case 'service':
      return joined(value.address, String(value.port), value.online ? 'online' : 'offline', value.signon);
    case 'phone-number':
      return value.number;
    case 'mime':
      return `${typeOf(value.entity)}, ${value.entity.length} octets`;
    case 'public-key':
      return `${value.type}, ${value.key.length} octets`;
    case 'signature':
      return `${value.signature.length} octets`;
  }
}

const joined = (...parts: Names): string => parts.filter((part) => part !== '').join(', ');

/** What a MIME entity says it is. */
function typeOf(entity: Uint8Array): string {
  try {
    return mimeField(parseMime(entity), 'Content-Type') ?? 'MIME';
  } catch (error) {
    if (error instanceof SilcError) return 'MIME that cannot be read';
    throw error;
  }
}
