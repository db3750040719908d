import { type Element, xml } from '../component/stanza.js';

/** XEP-0144. */
export const NS_ROSTER_EXCHANGE = 'http://jabber.org/protocol/rosterx';

/** Contacts that a client may put into the list of its user (XEP-0144, 3.1). */
export const rosterExchange = (
  from: string,
  to: string,
  id: string,
  contacts: readonly { readonly jid: string; readonly name: string }[],
): Element =>
  xml(
    'message',
    { from, to, id },
    xml(
      'x',
      { xmlns: NS_ROSTER_EXCHANGE },
      contacts.map(({ jid, name }) => xml('item', { action: 'add', jid, name })),
    ),
  );
