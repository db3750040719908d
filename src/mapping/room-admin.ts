import { type Element, xml } from '../component/stanza.js';
import { type Affiliation, isAffiliation, isRole, type Role } from './affiliation.js';
import { Namespace } from './namespaces.js';
import type { OccupantView } from './presence.js';

/** One item of a muc#admin query (XEP-0045, 8 and 9). */
export interface AdminItem {
  readonly nick: string | undefined;
  readonly jid: string | undefined;
  readonly role: Role | undefined;
  readonly affiliation: Affiliation | undefined;
  readonly reason: string | undefined;
}

/** Items of a query; undefined when one names a role or affiliation that does not exist, or there are too many. */
export function adminItems(query: Element): readonly AdminItem[] | undefined {
  const elements = query.getChildren('item');
  if (elements.length === 0 || elements.length > MAX_ITEMS) return undefined;
  const items: AdminItem[] = [];
  for (const element of elements) {
    const { nick, jid, role, affiliation } = element.attrs;
    if (role !== undefined && !isRole(role)) return undefined;
    if (affiliation !== undefined && !isAffiliation(affiliation)) return undefined;
    if (role === undefined && affiliation === undefined) return undefined;
    items.push({ nick, jid, role, affiliation, reason: element.getChild('reason')?.getText() });
  }
  return items;
}

// Each item is a throttled SILC command (two seconds after the first few).
const MAX_ITEMS = 20;

/** A list of occupants as the answer to a muc#admin get. */
export function occupantList(occupants: readonly (OccupantView & { readonly name: string })[]): Element {
  return xml(
    'query',
    { xmlns: Namespace.mucAdmin },
    occupants.map(({ affiliation, role, address, name }) =>
      xml('item', { affiliation, role, jid: address, nick: name }),
    ),
  );
}

/** The ban list: each entry with the address it concerns where it is a plain nickname, its text as reason. */
export function banList(
  entries: readonly { readonly mask: string; readonly jid: string | undefined }[],
): Element {
  return xml(
    'query',
    { xmlns: Namespace.mucAdmin },
    entries.map(({ mask, jid }) => xml('item', { affiliation: 'outcast', jid }, xml('reason', {}, mask))),
  );
}
