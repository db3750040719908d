import { type Element, xml } from '../component/stanza.js';

/*
 * XEP-0059: Result Set Management 1.0. The order of a set is that of its unique ids, so a page can begin behind an item that
 * has gone meanwhile, and `item-not-found` never needs to be said (2.3).
 */

export const NS_RSM = 'http://jabber.org/protocol/rsm';

/** Most items in one page, wanted or not: keeps the answer far below the stanza limits of the servers. */
export const MAX_PAGE = 100;

/** What a client asks for. All fields absent: the first page. */
export interface PageRequest {
  readonly max?: number;
  readonly after?: string;
  /** Empty for the last page (2.5). */
  readonly before?: string;
  readonly index?: number;
}

/** Reads the `set` of a query. @returns undefined when a number in it is none. */
export function readPageRequest(query: Element): PageRequest | undefined {
  const set = query.getChild('set', NS_RSM);
  if (set === undefined) return {};
  const text = (name: string): string | undefined => set.getChild(name, NS_RSM)?.getText();
  const max = countOf(text('max'));
  const index = countOf(text('index'));
  if (max === 'bad' || index === 'bad') return undefined;
  const after = text('after');
  const before = text('before');
  return {
    ...(max === undefined ? {} : { max }),
    ...(index === undefined ? {} : { index }),
    // An empty `after` says nothing: the first page.
    ...(after === undefined || after === '' ? {} : { after }),
    ...(before === undefined ? {} : { before }),
  };
}

function countOf(text: string | undefined): number | 'bad' | undefined {
  const digits = text?.trim();
  if (digits === undefined) return undefined;
  return /^\d{1,9}$/.test(digits) ? Number(digits) : 'bad';
}

/** One page of a set. */
export interface Page<T> {
  readonly items: readonly T[];
  /** Place of the first item in the whole set; undefined for an empty page. */
  readonly index: number | undefined;
  readonly first: string | undefined;
  readonly last: string | undefined;
  /** Size of the whole set. */
  readonly count: number;
}

/** Cuts the page asked for out of a set. `uid` gives each item's unique id; of two items with the same one the later counts. */
export function pageOf<T>(
  items: Iterable<T>,
  uid: (item: T) => string,
  request: PageRequest,
  limit: number = MAX_PAGE,
): Page<T> {
  const byId = new Map<string, T>();
  for (const item of items) byId.set(uid(item), item);
  const all = [...byId].sort(([a], [b]) => (a < b ? -1 : 1));
  const size = Math.min(request.max ?? limit, limit);
  const [from, to] = bounds(
    all.map(([id]) => id),
    request,
    size,
  );
  const page = all.slice(from, to);
  return {
    items: page.map(([, item]) => item),
    index: page.length === 0 ? undefined : from,
    first: page[0]?.[0],
    last: page.at(-1)?.[0],
    count: all.length,
  };
}

function bounds(ids: readonly string[], request: PageRequest, size: number): readonly [number, number] {
  const { after, before, index } = request;
  if (index !== undefined) return [index, index + size];
  const low = after === undefined ? 0 : firstAt(ids, (id) => id > after);
  const high = before === undefined || before === '' ? ids.length : firstAt(ids, (id) => id >= before);
  if (before === undefined) return [low, low + size];
  return [Math.max(low, high - size), Math.max(low, high)];
}

function firstAt(ids: readonly string[], reached: (id: string) => boolean): number {
  const at = ids.findIndex(reached);
  return at < 0 ? ids.length : at;
}

/** The `set` that goes with a page. */
export function pageElement(page: Page<unknown>): Element {
  return xml(
    'set',
    { xmlns: NS_RSM },
    page.first === undefined ? undefined : xml('first', { index: page.index }, page.first),
    page.last === undefined ? undefined : xml('last', {}, page.last),
    xml('count', {}, page.count),
  );
}
