import type { AnsweredAttributes, AttributeSignature, UserAttribute } from '../../silc/client/types.js';
import { SilcError } from '../../silc/errors.js';
import { readMimeContents, type ReceivedMimeContent } from '../../silc/messages/mime-content.js';
import { parseMime } from '../../silc/messages/mime.js';
import type { AttributeValue } from '../../silc/packets/attribute-value.js';
import { AttributeType } from '../../silc/packets/attributes.js';
import { type Card, cleanLine, cleanText, MAX_EACH, saysNothing } from './card.js';
import { tagOf } from '../../text/language-codes.js';
import { type Mood, moodsOf } from './moods.js';
import { type Picture, pictureOf } from './picture.js';
import { type Place, placeOf } from './place.js';
import { readVcard3 } from './vcard3.js';

/** Ways of contact (draft presence-attrs-04, 2.5), the lowest bit first. */
export const CONTACT_WAYS = ['email', 'call', 'page', 'sms', 'mms', 'chat', 'video'] as const;
export type ContactWay = (typeof CONTACT_WAYS)[number];

export const DEVICES = ['computer', 'phone', 'pda', 'terminal'] as const;
export type DeviceKind = (typeof DEVICES)[number];

export interface Device {
  readonly kind: DeviceKind | undefined;
  /** Manufacturer, model and version, as far as they are told. */
  readonly name: string | undefined;
  readonly language: string | undefined;
}

/** A service that somebody uses. */
export interface UsedService {
  readonly address: string;
  readonly port: number;
  readonly isOnline: boolean;
}

/** What a SILC user tells by attributes, read and bounded. Where nothing was told of something it is undefined, or empty. */
export interface Profile {
  /** Whether it is signed: `verified` by the key that the server names, `unknown-key` by some key. */
  readonly signature: AttributeSignature;
  readonly card: Card | undefined;
  readonly moods: readonly Mood[];
  /** Status as text. */
  readonly status: string | undefined;
  /** Tags (RFC 5646). */
  readonly languages: readonly string[];
  readonly contactWays: readonly ContactWay[];
  /** `+02:00` */
  readonly timezone: string | undefined;
  readonly place: Place | undefined;
  readonly device: Device | undefined;
  readonly services: readonly UsedService[];
  readonly phones: readonly string[];
  readonly picture: Picture | undefined;
}

/** Nothing is told. */
export const EMPTY_PROFILE: Profile = {
  ...{ signature: 'none', card: undefined, moods: [], status: undefined, languages: [], contactWays: [] },
  ...{
    timezone: undefined,
    place: undefined,
    device: undefined,
    services: [],
    phones: [],
    picture: undefined,
  },
};

/**
 * What a user has answered; undefined where it was the server that has answered, which knows nothing, or nobody.
 * What has a wrong signature is nothing but that.
 */
export function profileOf(answer: AnsweredAttributes | undefined): Profile | undefined {
  if (answer === undefined || answer.signature === 'server-signed') return undefined;
  const { values, signature } = answer;
  if (signature === 'none' && values.length === 0) return undefined;
  if (signature === 'failed') return { ...EMPTY_PROFILE, signature };
  const { statusMood, preferredContact, geolocation, deviceInfo } = AttributeType;
  const [mood, contact] = [first(values, statusMood, 'mask'), first(values, preferredContact, 'mask')];
  const [place, device] = [first(values, geolocation, 'geolocation'), first(values, deviceInfo, 'device')];
  const card = first(values, AttributeType.userInfo, 'vcard');
  return {
    signature,
    card: card === undefined ? undefined : something(readVcard3(card.text)),
    moods: moodsOf(mood?.mask ?? 0),
    status: statusOf(values),
    languages: languagesOf(values),
    contactWays: CONTACT_WAYS.filter((_way, bit) => ((contact?.mask ?? 0) & (1 << bit)) !== 0),
    timezone: timezoneOf(first(values, AttributeType.timezone, 'string')?.text),
    place: place && placeOf(place),
    device: device && deviceOf(device),
    services: all(values, AttributeType.service, 'service').flatMap(({ address, port, online }) => {
      const name = cleanLine(address);
      return name === undefined || port > 0xffff ? [] : [{ address: name, port, isOnline: online }];
    }),
    phones: all(values, AttributeType.phoneNumber, 'phone-number').flatMap(
      ({ number }) => cleanLine(number, 64) ?? [],
    ),
    picture: pictureIn(values),
  };
}

type Kind = AttributeValue['kind'];
type ValueOf<K extends Kind> = Extract<AttributeValue, { readonly kind: K }>;

function all<K extends Kind>(values: readonly UserAttribute[], type: number, kind: K): readonly ValueOf<K>[] {
  return values
    .filter((attribute) => attribute.type === type)
    .slice(0, MAX_EACH)
    .flatMap(({ value }) => (value.kind === kind ? [value as ValueOf<K>] : []));
}

const first = <K extends Kind>(
  values: readonly UserAttribute[],
  type: number,
  kind: K,
): ValueOf<K> | undefined => all(values, type, kind)[0];

const something = (card: Card): Card | undefined => (saysNothing(card) ? undefined : card);

/** The free text, else a status message that is one. */
function statusOf(values: readonly UserAttribute[]): string | undefined {
  const free = cleanText(first(values, AttributeType.statusFreetext, 'string')?.text);
  if (free !== undefined) return free;
  const messages = all(values, AttributeType.statusMessage, 'mime').flatMap(contentsOf);
  const plain = messages.find(({ type, text }) => type === 'text/plain' && text !== undefined);
  return cleanText(plain?.text);
}

function languagesOf(values: readonly UserAttribute[]): readonly string[] {
  const codes = all(values, AttributeType.preferredLanguage, 'string').map(({ text }) => tagOf(text));
  return [...new Set(codes.filter((code) => code !== undefined))];
}

/** The offset from UTC: of a date, or alone. A name of a zone is none. */
function timezoneOf(said: string | undefined): string | undefined {
  const text = (said ?? '').slice(0, 64).trim();
  if (/(?:^|\d)Z$/i.test(text)) return '+00:00';
  const [, sign = '', hours = '', minutes = ''] = /(?:^|[\sT:\d])([+-])(\d{2}):?(\d{2})?$/.exec(text) ?? [];
  const isOffset = sign !== '' && Number(hours) <= 14 && Number(minutes) < 60;
  // A date without an offset ends like one: 2026-11-22.
  if (!isOffset || /^\d{4}-\d{2}(?:-\d{2})?$/.test(text)) return undefined;
  const offset = `${hours}:${minutes === '' ? '00' : minutes}`;
  // The toolkit writes a zero with a sign of its own.
  return offset === '00:00' ? '+00:00' : `${sign}${offset}`;
}

function deviceOf({ type, manufacturer, model, version, language }: ValueOf<'device'>): Device {
  const name = cleanLine([manufacturer, model, version].join(' '), 128);
  return { kind: DEVICES[type], name, language: tagOf(language) };
}

function pictureIn(values: readonly UserAttribute[]): Picture | undefined {
  for (const icon of all(values, AttributeType.userIcon, 'mime')) {
    for (const { data } of contentsOf(icon)) {
      const picture = pictureOf(data);
      if (picture !== undefined) return picture;
    }
  }
  return undefined;
}

function contentsOf({ entity }: ValueOf<'mime'>): readonly ReceivedMimeContent[] {
  try {
    return readMimeContents(parseMime(entity));
  } catch (error) {
    if (error instanceof SilcError) return [];
    throw error;
  }
}
