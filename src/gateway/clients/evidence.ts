import type { Element } from '../../component/types.js';
import { Namespace } from '../../mapping/namespaces.js';

/** Presence by which a client enters a room, or asks to be shown everything again. */
export const isJoin = (stanza: Element): boolean =>
  stanza.name === 'presence' &&
  stanza.attrs.type === undefined &&
  stanza.getChild('x', Namespace.muc) !== undefined;

export const isLeaving = ({ name, attrs }: Element): boolean =>
  name === 'presence' && attrs.type === 'unavailable';

/** What a client sends to a room only when it is in it: a message to all, its status, the ping by which it makes sure (XEP-0410). */
export function isOfOccupant(stanza: Element): boolean {
  const { name, attrs } = stanza;
  if (name === 'message') return attrs.type === 'groupchat';
  if (name === 'presence') return attrs.type === undefined;
  return attrs.type === 'get' && stanza.getChild('ping', Namespace.ping) !== undefined;
}
