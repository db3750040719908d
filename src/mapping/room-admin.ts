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

/** Somebody in a list. */
export interface ListedPerson {
  readonly jid: string | undefined;
  /** Name in the room, of those who are there. */
  readonly nick?: string | undefined;
  readonly role?: Role | undefined;
  readonly reason?: string | undefined;
}

/** A list of those with an affiliation as the answer to a muc#admin get (XEP-0045, 9.2, 9.5, 10.5, 10.8). */
export function affiliationList(affiliation: Affiliation, people: readonly ListedPerson[]): Element {
  return xml(
    'query',
    { xmlns: Namespace.mucAdmin },
    people.map(({ jid, nick, role, reason }) =>
      xml(
        'item',
        { affiliation, jid, nick, role },
        reason === undefined || reason === '' ? undefined : xml('reason', {}, reason),
      ),
    ),
  );
}

/** A list of occupants with a role (XEP-0045, 8.5, 9.8). */
export function roleList(occupants: readonly (OccupantView & { readonly name: string })[]): Element {
  return xml(
    'query',
    { xmlns: Namespace.mucAdmin },
    occupants.map(({ affiliation, role, address, name }) =>
      xml('item', { affiliation, role, jid: address, nick: name }),
    ),
  );
}

/** The addresses in a list of `affiliationList`. */
export const listedJids = (list: Element): readonly string[] =>
  list.getChildren('item').flatMap(({ attrs }) => attrs.jid ?? []);
