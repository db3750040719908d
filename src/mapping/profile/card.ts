import { fromBase64 } from '../../silc/crypto/base64.js';

/** What a card says of a person, in whichever form it came (vCard 3.0 of SILC, vcard-temp, vCard4). All of it is text of a stranger. */
export interface Card {
  readonly fullName?: string | undefined;
  readonly name?: PersonName | undefined;
  readonly nickname?: string | undefined;
  readonly birthday?: string | undefined;
  readonly title?: string | undefined;
  readonly role?: string | undefined;
  /** The organisation, then its units. */
  readonly organisation?: readonly string[] | undefined;
  readonly url?: string | undefined;
  readonly note?: string | undefined;
  readonly emails: readonly Reachable[];
  readonly phones: readonly Reachable[];
  readonly addresses: readonly PostalAddress[];
}

export interface PersonName {
  readonly family: string;
  readonly given: string;
  readonly middle: string;
  readonly prefix: string;
  readonly suffix: string;
}

/** An e-mail address or telephone number. */
export interface Reachable {
  /** In lower case: `home`, `work`, `cell` … */
  readonly types: readonly string[];
  readonly value: string;
}

export interface PostalAddress {
  readonly types: readonly string[];
  readonly box: string;
  readonly extended: string;
  readonly street: string;
  readonly locality: string;
  readonly region: string;
  readonly code: string;
  readonly country: string;
}

/** Fields of one text, by the name that they have in every form. */
type TextField = 'FN' | 'NICKNAME' | 'BDAY' | 'TITLE' | 'ROLE' | 'URL' | 'NOTE';

/** A card of what a stranger has written. @param said - the text of a field as it came; what says nothing is left out */
export function cardOf(
  said: (field: TextField) => string | null | undefined,
  parts: Pick<Card, 'emails' | 'phones' | 'addresses'> & {
    readonly name: PersonName;
    readonly organisation: readonly string[];
  },
): Card {
  const { name, organisation, ...lists } = parts;
  return {
    fullName: cleanLine(said('FN')),
    name: isEmptyName(name) ? undefined : name,
    nickname: cleanLine(said('NICKNAME')),
    birthday: cleanLine(said('BDAY')),
    title: cleanLine(said('TITLE')),
    role: cleanLine(said('ROLE')),
    organisation: organisation.length === 0 ? undefined : organisation,
    url: cleanUrl(said('URL')),
    note: cleanText(said('NOTE')),
    ...lists,
  };
}

/** Longest text of a field, and of a note, in UTF-16 units. */
export const MAX_FIELD = 256;
export const MAX_NOTE = 1_024;
/** Addresses, numbers and the like of one kind. */
export const MAX_EACH = 8;

/** A text of a stranger in one line, as long as it may be; undefined where it says nothing. */
export function cleanLine(said: string | null | undefined, most = MAX_FIELD): string | undefined {
  return cleanText(said?.replace(/\s+/gu, ' '), most);
}

/** The same of several lines. */
export function cleanText(said: string | null | undefined, most = MAX_NOTE): string | undefined {
  const text = (said ?? '')
    .replace(/\r\n?/g, '\n')
    // Controls, and what turns the direction of the text around it.
    .replace(/[^\P{Cc}\n\t]|[\u202a-\u202e\u2066-\u2069]/gu, '')
    .trim();
  if (text === '') return undefined;
  return text.length <= most ? text : `${Array.from(text.slice(0, most)).slice(0, -1).join('')}…`;
}

/** An address of the web or the like; nothing that a client would execute. */
export function cleanUrl(said: string | null | undefined): string | undefined {
  const url = cleanLine(said);
  return url !== undefined && /^(?:https?|xmpp|silc|sips?|mailto):/i.test(url) ? url : undefined;
}

/** Types as vCards name them: words only. */
export const cleanTypes = (types: readonly string[]): readonly string[] =>
  [...new Set(types.map((type) => type.toLowerCase()))]
    .filter((type) => /^[a-z-]{1,16}$/.test(type))
    .slice(0, 4);

/** Octets of a base64 text; undefined for one that is none, or longer than they may be. */
export function octetsOf(base64: string, most: number): Uint8Array | undefined {
  if (base64.length > most * 2) return undefined;
  const digits = base64.replace(/\s/g, '');
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(digits) || digits.replace(/=+$/, '').length % 4 === 1) return undefined;
  const octets = fromBase64(digits);
  return octets.length > most ? undefined : octets;
}

/** Whether a card says anything. */
export function saysNothing(card: Card): boolean {
  return Object.values(card).every(
    (value) => value === undefined || (Array.isArray(value) && value.length === 0),
  );
}

const isEmptyName = (name: PersonName): boolean => Object.values(name).every((part) => part === '');
