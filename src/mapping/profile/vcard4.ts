import { type Element, xml } from '../../component/stanza.js';
import type { User } from '../../silc/client/types.js';
import { type AnyText, joinTexts } from '../../text/text.js';
import { xmppUri } from '../uri.js';
import type { PostalAddress } from './card.js';
import { base64 } from './pep.js';
import { EMPTY_PROFILE, type Profile } from './profile.js';

/** XEP-0292, with the elements of RFC 6351. */
export const NS_VCARD4 = 'urn:ietf:params:xml:ns:vcard-4.0';
export const NODE_VCARD4 = 'urn:xmpp:vcard4';

const textField = (name: string, value: AnyText | undefined): Element | undefined =>
  value === undefined || value === '' ? undefined : xml(name, {}, xml('text', {}, value));
const uriField = (name: string, uri: string): Element => xml(name, {}, xml('uri', {}, uri));

/** Card of a SILC user. @param notes - what has no field, line by line */
export function vcard4(
  user: Pick<User, 'nickname' | 'realName'>,
  jid: string,
  notes: readonly AnyText[],
  profile: Profile = EMPTY_PROFILE,
): Element {
  const { card, picture, phones, languages, timezone, place } = profile;
  const { nickname, realName } = user;
  const { name } = card ?? {};
  const given = card?.fullName ?? (realName === '' ? undefined : realName) ?? nickname;
  const numbers = [...(card?.phones ?? []), ...phones.map((value) => ({ types: [], value }))];
  const note = [...(card?.note === undefined ? [] : [card.note]), ...notes];
  return xml(
    'vcard',
    { xmlns: NS_VCARD4 },
    textField('fn', given ?? jid),
    name === undefined
      ? undefined
      : xml(
          'n',
          {},
          xml('surname', {}, name.family),
          xml('given', {}, name.given),
          xml('additional', {}, name.middle),
          xml('prefix', {}, name.prefix),
          xml('suffix', {}, name.suffix),
        ),
    textField('nickname', nickname),
    picture === undefined
      ? undefined
      : uriField('photo', `data:${picture.type};base64,${base64(picture.data)}`),
    card?.birthday === undefined ? undefined : birthday(card.birthday),
    (card?.addresses ?? []).map(postal),
    numbers.map(({ types, value }) => xml('tel', {}, typeParameters(types), xml('text', {}, value))),
    (card?.emails ?? []).map(({ types, value }) =>
      xml('email', {}, typeParameters(types), xml('text', {}, value)),
    ),
    uriField('impp', xmppUri(jid)),
    languages.map((language) => xml('lang', {}, xml('language-tag', {}, language))),
    timezone === undefined ? undefined : xml('tz', {}, xml('utc-offset', {}, timezone.replace(':', ''))),
    place === undefined ? undefined : uriField('geo', `geo:${place.latitude},${place.longitude}`),
    textField('title', card?.title),
    textField('role', card?.role),
    card?.organisation === undefined
      ? undefined
      : xml(
          'org',
          {},
          card.organisation.map((part) => xml('text', {}, part)),
        ),
    note.length === 0 ? undefined : textField('note', joinTexts(note, '\n')),
    card?.url === undefined ? undefined : uriField('url', card.url),
  );
}

/** RFC 6351 has dates and texts apart. */
const birthday = (said: string): Element => {
  const date = /^(\d{4}-?\d{2}-?\d{2})(?:T.*)?$/.exec(said)?.[1];
  return xml('bday', {}, date === undefined ? xml('text', {}, said) : xml('date', {}, date));
};

const typeParameters = (types: readonly string[]): Element | undefined =>
  types.length === 0
    ? undefined
    : xml(
        'parameters',
        {},
        xml(
          'type',
          {},
          types.map((type) => xml('text', {}, type)),
        ),
      );

const postal = ({ types, box, extended, street, locality, region, code, country }: PostalAddress): Element =>
  xml(
    'adr',
    {},
    typeParameters(types),
    xml('pobox', {}, box),
    xml('ext', {}, extended),
    xml('street', {}, street),
    xml('locality', {}, locality),
    xml('region', {}, region),
    xml('code', {}, code),
    xml('country', {}, country),
  );
