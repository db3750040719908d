import { type Element, xml } from '../../component/stanza.js';
import {
  type Card,
  cardOf,
  cleanLine,
  cleanTypes,
  MAX_EACH,
  octetsOf,
  type PostalAddress,
  type Reachable,
} from './card.js';
import { base64 } from './pep.js';
import { MAX_PICTURE, type Picture, pictureOf } from './picture.js';
import type { Profile } from './profile.js';

/* Cards in the form of vcard-temp (XEP-0054), both ways. */

const maybe = (name: string, value: string | undefined): Element | undefined =>
  value === undefined || value === '' ? undefined : xml(name, {}, value);

/** Fields of a card that stand between NICKNAME and JABBERID, in the order of the DTD. */
export function fieldsBeforeAddress({ card, picture, phones }: Profile): readonly (Element | undefined)[] {
  const numbers = [...(card?.phones ?? []), ...phones.map((value) => ({ types: [], value }))];
  return [
    picture === undefined ? undefined : photo(picture),
    maybe('BDAY', card?.birthday),
    ...(card?.addresses ?? []).map(postal),
    ...numbers.map(({ types, value }) =>
      xml('TEL', {}, typeElements(types, PHONE_TYPES), xml('NUMBER', {}, value)),
    ),
    ...(card?.emails ?? []).map(({ types, value }) =>
      xml('EMAIL', {}, typeElements(types, EMAIL_TYPES), xml('USERID', {}, value)),
    ),
  ];
}

/** Those that stand behind it. */
export function fieldsBehindAddress({ card, timezone, place }: Profile): readonly (Element | undefined)[] {
  const [name, ...units] = card?.organisation ?? [];
  return [
    maybe('TZ', timezone),
    place === undefined
      ? undefined
      : xml('GEO', {}, xml('LAT', {}, String(place.latitude)), xml('LON', {}, String(place.longitude))),
    maybe('TITLE', card?.title),
    maybe('ROLE', card?.role),
    name === undefined
      ? undefined
      : xml(
          'ORG',
          {},
          xml('ORGNAME', {}, name),
          units.map((unit) => xml('ORGUNIT', {}, unit)),
        ),
    maybe('NOTE', card?.note),
    maybe('URL', card?.url),
  ];
}

/** The parts of a name. */
export function nameField(card: Card | undefined): Element | undefined {
  const { name } = card ?? {};
  if (name === undefined) return undefined;
  return xml(
    'N',
    {},
    maybe('FAMILY', name.family),
    maybe('GIVEN', name.given),
    maybe('MIDDLE', name.middle),
    maybe('PREFIX', name.prefix),
    maybe('SUFFIX', name.suffix),
  );
}

const photo = ({ type, data }: Picture): Element =>
  xml('PHOTO', {}, xml('TYPE', {}, type), xml('BINVAL', {}, base64(data)));

const PHONE_TYPES = [
  'home',
  'work',
  'voice',
  'fax',
  'pager',
  'msg',
  'cell',
  'video',
  'bbs',
  'modem',
  'isdn',
  'pcs',
  'pref',
];
const EMAIL_TYPES = ['home', 'work', 'internet', 'pref', 'x400'];
const ADDRESS_TYPES = ['home', 'work', 'postal', 'parcel', 'dom', 'intl', 'pref'];

const typeElements = (types: readonly string[], known: readonly string[]): readonly Element[] =>
  known.filter((type) => types.includes(type)).map((type) => xml(type.toUpperCase(), {}));

const postal = ({ types, box, extended, street, locality, region, code, country }: PostalAddress): Element =>
  xml(
    'ADR',
    {},
    typeElements(types, ADDRESS_TYPES),
    maybe('POBOX', box),
    maybe('EXTADD', extended),
    maybe('STREET', street),
    maybe('LOCALITY', locality),
    maybe('REGION', region),
    maybe('PCODE', code),
    maybe('CTRY', country),
  );

/** What the card of a Jabber user says. */
export function readVcardTemp(card: Element): Card {
  const line = (name: string, of: Element): string | undefined => cleanLine(of.getChildText(name));
  const all = (name: string): readonly Element[] => card.getChildren(name).slice(0, MAX_EACH);
  const part = (of: Element | undefined, name: string): string => (of && line(name, of)) ?? '';
  const [names, organisation] = [card.getChild('N'), card.getChild('ORG')];
  const name = {
    family: part(names, 'FAMILY'),
    given: part(names, 'GIVEN'),
    middle: part(names, 'MIDDLE'),
    prefix: part(names, 'PREFIX'),
    suffix: part(names, 'SUFFIX'),
  };
  const units = (organisation?.getChildElements() ?? [])
    .filter((one) => one.is('ORGNAME') || one.is('ORGUNIT'))
    .slice(0, MAX_EACH)
    .flatMap((one) => cleanLine(one.getText()) ?? []);
  const reachable = (from: string, child: string): readonly Reachable[] =>
    all(from).flatMap((one) => {
      const value = line(child, one);
      return value === undefined ? [] : [{ types: typesOf(one, child), value }];
    });
  const said = (field: string): string | null => card.getChildText(field);
  return cardOf((field) => said(field) ?? (field === 'NOTE' ? said('DESC') : undefined), {
    ...{ name, organisation: units },
    emails: reachable('EMAIL', 'USERID'),
    phones: reachable('TEL', 'NUMBER'),
    addresses: all('ADR').flatMap((one): readonly PostalAddress[] => {
      const address = {
        ...{ box: part(one, 'POBOX'), extended: part(one, 'EXTADD'), street: part(one, 'STREET') },
        ...{ locality: part(one, 'LOCALITY'), region: part(one, 'REGION'), code: part(one, 'PCODE') },
        country: part(one, 'CTRY'),
      };
      const isEmpty = Object.values(address).every((value) => value === '');
      return isEmpty ? [] : [{ types: typesOf(one, ''), ...address }];
    }),
  });
}

/** Types are empty elements beside the value. */
const typesOf = (element: Element, value: string): readonly string[] =>
  cleanTypes(
    element
      .getChildElements()
      .filter((one) => one.name !== value && one.children.length === 0)
      .map(({ name }) => name),
  );

/** The picture of a card; undefined where it has none that can be shown. */
export function pictureOfCard(card: Element): Picture | undefined {
  for (const one of card.getChildren('PHOTO').slice(0, MAX_EACH)) {
    const octets = octetsOf(one.getChildText('BINVAL') ?? '', MAX_PICTURE);
    const picture = octets === undefined ? undefined : pictureOf(octets);
    if (picture !== undefined) return picture;
  }
  return undefined;
}

/** Octets of the pictures of a card, whatever they are; the most. */
export function photoOctets(card: Element): number {
  const digits = card
    .getChildren('PHOTO')
    .slice(0, MAX_EACH)
    .map((one) => (one.getChildText('BINVAL') ?? '').replace(/[\s=]/g, '').length);
  return Math.floor((Math.max(0, ...digits) * 3) / 4);
}
