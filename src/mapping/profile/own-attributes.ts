import type { Element } from '../../component/stanza.js';
import { utf8 } from '../../silc/bytes.js';
import type { UserAttribute } from '../../silc/client/types.js';
import { mimeEntity } from '../../silc/messages/mime-content.js';
import { encodeMime } from '../../silc/messages/mime.js';
import { AttributeType } from '../../silc/packets/attributes.js';
import { silcLanguage } from '../../text/language-codes.js';
import { type Card, cleanLine, cleanText, saysNothing } from './card.js';
import { moodMask } from './moods.js';
import type { Picture } from './picture.js';
import type { SilcPlace } from './place.js';
import { writeVcard3 } from './vcard3.js';

/** The device that a Jabber user writes with. */
export interface OwnDevice {
  /** Type of the identity `client` in discovery: `pc`, `phone` … */
  readonly type: string | undefined;
  /** Of the client. */
  readonly name: string;
  readonly version: string;
}

/** What a Jabber user lets SILC users know. */
export interface OwnProfile {
  readonly card?: Card | undefined;
  readonly picture?: Picture | undefined;
  /** Octets of a picture that is too large, where there is no other. */
  readonly tooLarge?: number | undefined;
  /** Mask of moods. */
  readonly mood?: number | undefined;
  readonly place?: SilcPlace | undefined;
  readonly status?: string | undefined;
  /** A tag (RFC 5646). */
  readonly language?: string | undefined;
  /** `+02:00` */
  readonly timezone?: string | undefined;
  readonly device?: OwnDevice | undefined;
}

/** Most octets of a picture: all attributes travel in one packet, with the other things that WHOIS tells. */
export const MAX_ICON = 24_000;
/** Octets of a card beyond which only names and addresses of the net are told. */
const MAX_CARD = 6_000;
const CHAT = 0x20;

/** Devices by type of client. */
const devices: Readonly<Partial<Record<string, number>>> = { phone: 1, handheld: 2, console: 3 };

/** The attributes that say it. @param nickname - where the card has no name */
export function attributesOf(profile: OwnProfile, nickname: string): readonly UserAttribute[] {
  const { card, picture, mood, place, status, timezone, device } = profile;
  const language = profile.language === undefined ? undefined : silcLanguage(profile.language);
  const string = (type: number, text: string | undefined): readonly UserAttribute[] =>
    text === undefined ? [] : [{ type, value: { kind: 'string', text } }];
  return [
    ...(card === undefined || saysNothing(card) ? [] : [cardAttribute(card, nickname)]),
    ...(mood === undefined
      ? []
      : [{ type: AttributeType.statusMood, value: { kind: 'mask', mask: mood } as const }]),
    ...string(AttributeType.statusFreetext, cleanText(status)),
    ...string(AttributeType.preferredLanguage, language),
    { type: AttributeType.preferredContact, value: { kind: 'mask', mask: CHAT } },
    ...string(AttributeType.timezone, timezone),
    ...(place === undefined
      ? []
      : [{ type: AttributeType.geolocation, value: { kind: 'geolocation', ...place } as const }]),
    ...(device === undefined ? [] : [deviceAttribute(device, language ?? '')]),
    ...(picture === undefined || picture.data.length > MAX_ICON ? [] : [iconAttribute(picture)]),
  ];
}

function cardAttribute(card: Card, nickname: string): UserAttribute {
  const whole = writeVcard3(card, nickname);
  const text =
    utf8(whole).length <= MAX_CARD
      ? whole
      : writeVcard3(
          { ...card, note: undefined, addresses: [], phones: [], organisation: undefined },
          nickname,
        );
  return { type: AttributeType.userInfo, value: { kind: 'vcard', text } };
}

const deviceAttribute = ({ type, name, version }: OwnDevice, language: string): UserAttribute => ({
  type: AttributeType.deviceInfo,
  value: {
    kind: 'device',
    type: devices[type ?? ''] ?? 0,
    manufacturer: '',
    version: cleanLine(version, 64) ?? '',
    model: cleanLine(name, 64) ?? '',
    language,
  },
});

const iconAttribute = ({ type, data }: Picture): UserAttribute => ({
  type: AttributeType.userIcon,
  value: { kind: 'mime', entity: encodeMime(mimeEntity({ type, data })) },
});

/** The mood that a Jabber user has published (XEP-0107); undefined for none, or one that SILC has no word for. */
export function readMood(mood: Element): number | undefined {
  const name = mood.getChildElements().find((child) => child.name !== 'text')?.name;
  return name === undefined ? undefined : moodMask(name);
}
