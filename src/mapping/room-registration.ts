import { type Element, xml } from '../component/stanza.js';
import { infoQuery } from './disco.js';
import { Namespace } from './namespaces.js';
import { text } from '../text/text.js';

export const NS_REGISTER = 'jabber:iq:register';
/** Feature and form of the reservation of a nickname in a room (XEP-0045, 7.10). */
export const MUC_REGISTER = 'http://jabber.org/protocol/muc#register';
/** Node of a room by which a client asks for the nickname that is reserved for it (XEP-0045, 7.12). */
export const RESERVED_NODE = 'x-roomuser-item';

const NICK = 'muc#register_roomnick';

/** What a room answers to who wants to reserve a nickname. @param reserved the one that is reserved already */
export function registration(reserved: string | undefined): Element {
  if (reserved !== undefined) {
    return xml('query', { xmlns: NS_REGISTER }, xml('registered'), xml('username', {}, reserved));
  }
  const instructions = text(({ forms }) => forms.reserveHow);
  return xml(
    'query',
    { xmlns: NS_REGISTER },
    xml('instructions', {}, instructions),
    xml(
      'x',
      { xmlns: Namespace.dataForm, type: 'form' },
      xml(
        'title',
        {},
        text(({ forms }) => forms.reserveTitle),
      ),
      xml('instructions', {}, instructions),
      xml('field', { var: 'FORM_TYPE', type: 'hidden' }, xml('value', {}, MUC_REGISTER)),
      xml(
        'field',
        { var: NICK, type: 'text-single', label: text(({ forms }) => forms.nickname) },
        xml('required'),
      ),
    ),
  );
}

/** What a client submits. */
export type Registration =
  | { readonly kind: 'reserve'; readonly nickname: string }
  | { readonly kind: 'remove' }
  | { readonly kind: 'cancel' }
  | { readonly kind: 'bad' };

export function readRegistration(query: Element): Registration {
  if (query.getChild('remove') !== undefined) return { kind: 'remove' };
  const form = query.getChild('x', Namespace.dataForm);
  if (form?.attrs.type === 'cancel') return { kind: 'cancel' };
  const field = form?.getChildren('field').find(({ attrs }) => attrs.var === NICK);
  const nickname = (field?.getChildText('value') ?? query.getChildText('username') ?? '').trim();
  return nickname === '' ? { kind: 'bad' } : { kind: 'reserve', nickname };
}

/** The nickname that is reserved for who asks; without an identity where there is none. */
export const reservedNicknameInfo = (nickname: string | undefined): Element =>
  infoQuery(
    RESERVED_NODE,
    nickname === undefined ? [] : [{ category: 'conference', type: 'text', name: nickname }],
    [],
  );
