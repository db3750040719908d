import { tryParseJid } from '../component/jid.js';

/** What a client should do with an address (XEP-0147). */
export type UriAction = 'join' | 'message';

/**
 * An address as URI (RFC 5122), for texts that people read.
 * @param address canonical JID; anything else is returned as it is.
 */
export function xmppUri(address: string, action?: UriAction): string {
  const jid = tryParseJid(address);
  if (jid === undefined) return address;
  const local = jid.local === '' ? '' : `${encodeURIComponent(jid.local)}@`;
  const resource = jid.resource === '' ? '' : `/${encodeURIComponent(jid.resource)}`;
  const query = action === undefined ? '' : `?${action}`;
  return `xmpp:${local}${encodeURI(jid.domain)}${resource}${query}`;
}

/** A room or user named in a text: the address, and behind it the same as URI, which clients make a link of. */
export function addressInText(address: string, action?: UriAction): string {
  return `${address} <${xmppUri(address, action)}>`;
}
