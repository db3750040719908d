import { type Element, xml } from '../component/stanza.js';

/** XEP-0191. */
export const NS_BLOCKING = 'urn:xmpp:blocking';

/** Whom a user has blocked. */
export const blockList = (addresses: readonly string[]): Element =>
  xml(
    'blocklist',
    { xmlns: NS_BLOCKING },
    addresses.map((jid) => xml('item', { jid })),
  );

/** Addresses that are to be blocked or not any more. */
export const blockItems = (request: Element): readonly string[] =>
  request.getChildren('item').map(({ attrs }) => attrs.jid ?? '');

/** Why a message to somebody whom its author has blocked is refused (XEP-0191, 3.3). */
export const blockedError = (): Element => xml('blocked', { xmlns: 'urn:xmpp:blocking:errors' });
