import {
  type Card,
  cardOf,
  cleanLine,
  cleanTypes,
  MAX_EACH,
  type PostalAddress,
  type Reachable,
} from './card.js';

/*
 * vCard 3.0 (RFC 2426), as SILC users have it in attribute 1. The toolkit writes lines with LF, folds nothing and escapes nothing.
 */

/** Lines that are looked at. */
const MAX_LINES = 200;
/** Longest text that is looked at; pictures have an attribute of their own. */
const MAX_LENGTH = 32_768;

interface Line {
  readonly name: string;
  readonly types: readonly string[];
  /** With its escapes. */
  readonly value: string;
}

/** Reads what a vCard says; what is not legible is left out. */
export function readVcard3(text: string): Card {
  const lines = text
    .slice(0, MAX_LENGTH)
    .replace(/\r\n?/g, '\n')
    // Folded lines (RFC 2425, 5.8.1).
    .replace(/\n[ \t]/g, '')
    .split('\n', MAX_LINES)
    .flatMap(readLine);
  const first = (name: string): string | undefined => lines.find((line) => line.name === name)?.value;
  const all = (name: string): readonly Line[] => lines.filter((one) => one.name === name).slice(0, MAX_EACH);
  const [family = '', given = '', middle = '', prefix = '', suffix = ''] = fields(first('n'));
  const name = { family, given, middle, prefix, suffix };
  const organisation = fields(first('org')).filter((part) => part !== '');
  return cardOf((field) => unescape(first(field.toLowerCase())), {
    ...{ name, organisation },
    emails: all('email').flatMap(reachable),
    phones: all('tel').flatMap(reachable),
    addresses: all('adr').flatMap(postal),
  });
}

function readLine(line: string): readonly Line[] {
  const colon = line.indexOf(':');
  if (colon <= 0) return [];
  const [head = '', ...params] = line.slice(0, colon).split(';', 16);
  const types = params.flatMap((param) => {
    const [key = '', values] = param.split('=', 2);
    // A bare word is a type, as vCard 2.1 wrote it.
    if (values === undefined) return [key];
    return key.toLowerCase() === 'type' ? values.replaceAll('"', '').split(',', 8) : [];
  });
  // A group stands in front of a dot.
  const name = head.slice(head.lastIndexOf('.') + 1).toLowerCase();
  return [{ name, types: cleanTypes(types), value: line.slice(colon + 1) }];
}

function reachable({ types, value }: Line): readonly Reachable[] {
  const text = cleanLine(unescape(value));
  return text === undefined ? [] : [{ types, value: text }];
}

function postal({ types, value }: Line): readonly PostalAddress[] {
  const parts = fields(value);
  if (parts.every((part) => part === '')) return [];
  const [box = '', extended = '', street = '', locality = '', region = '', code = '', country = ''] = parts;
  return [{ types, box, extended, street, locality, region, code, country }];
}

/** Parts of a structured value. */
const fields = (value: string | undefined): readonly string[] =>
  (value ?? '').split(/(?<!\\);/u, 8).map((part) => cleanLine(unescape(part)) ?? '');

const unescape = (value: string | undefined): string | undefined =>
  value?.replace(/\\([nN,;:\\])/g, (_all, char: string) => (char.toLowerCase() === 'n' ? '\n' : char));

const escape = (value: string): string =>
  value.replace(/[\\;,]/g, (char) => `\\${char}`).replaceAll('\n', '\\n');

/** A vCard 3.0. Names are always there: without them the toolkit reads none. */
export function writeVcard3(card: Card, nickname: string): string {
  const { name, organisation = [] } = card;
  const fullName = card.fullName ?? card.nickname ?? nickname;
  const names = name ?? { family: '', given: fullName, middle: '', prefix: '', suffix: '' };
  const typed = (key: string, types: readonly string[], value: string): string =>
    `${key};TYPE=${types.length === 0 ? 'pref' : types.join(',')}:${value}`;
  const maybe = (key: string, value: string | undefined): readonly string[] =>
    value === undefined ? [] : [`${key}:${escape(value)}`];
  const lines = [
    'BEGIN:VCARD',
    'VERSION:3.0',
    `FN:${escape(fullName)}`,
    `N:${[names.family, names.given, names.middle, names.prefix, names.suffix].map(escape).join(';')}`,
    ...maybe('NICKNAME', card.nickname),
    ...maybe('BDAY', card.birthday),
    ...maybe('TITLE', card.title),
    ...maybe('ROLE', card.role),
    ...(organisation.length === 0 ? [] : [`ORG:${organisation.map(escape).join(';')}`]),
    ...maybe('URL', card.url),
    ...card.addresses.map(({ types, box, extended, street, locality, region, code, country }) =>
      typed('ADR', types, [box, extended, street, locality, region, code, country].map(escape).join(';')),
    ),
    ...card.phones.map(({ types, value }) => typed('TEL', types, escape(value))),
    ...card.emails.map(({ types, value }) => typed('EMAIL', types, escape(value))),
    ...maybe('NOTE', card.note),
    'END:VCARD',
  ];
  return lines.map((line) => `${line}\n`).join('');
}
