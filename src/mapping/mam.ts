import { type Element, xml } from '../component/stanza.js';
import { fieldValues } from './data-form.js';
import { groupMessage, type GroupMessage } from './message.js';
import { Namespace } from './namespaces.js';
import { NS_RSM, readPageRequest } from './paging.js';
import { type AnyText, text } from '../text/text.js';

/*
 * XEP-0313 1.1.3 with `urn:xmpp:mam:2#extended`, of rooms (XEP-0313, 6.1.2). Left out: preferences (5), which a room has none of, and
 * counts (XEP-0059, 2.7), which would read all of an archive for each page.
 */

export const NS_MAM = 'urn:xmpp:mam:2';
export const NS_MAM_EXTENDED = 'urn:xmpp:mam:2#extended';

/** Lines of a page that a client asks no other number of, and most of one. */
const [DEFAULT_PAGE, MAX_PAGE, MAX_IDS] = [50, 100, 100];

const FIELDS = ['start', 'end', 'with', 'before-id', 'after-id', 'ids'] as const;
type FieldName = (typeof FIELDS)[number];

/** What a client asks an archive for. */
export interface MamQuery {
  readonly queryId: string | undefined;
  /** XEP-0082 times, both included. */
  readonly start: string | undefined;
  readonly end: string | undefined;
  /** Occupant JID of the author. */
  readonly with: string | undefined;
  readonly after: string | undefined;
  readonly before: string | undefined;
  readonly ids: readonly string[] | undefined;
  readonly max: number;
  /** The last page, not the first. */
  readonly last: boolean;
  /** Newest first (4.1.5). */
  readonly flip: boolean;
}

export type MamRequest =
  | { readonly kind: 'query'; readonly query: MamQuery }
  | { readonly kind: 'bad'; readonly reason: AnyText }
  | { readonly kind: 'unsupported'; readonly field: string };

/** Reads a query. Total: what cannot be understood has its reason. */
export function readMamQuery(query: Element): MamRequest {
  const page = readPageRequest(query);
  if (page === undefined) return bad(text(({ history }) => history.badPage));
  // XEP-0059, 2.6: who cannot count pages says so.
  if (page.index !== undefined) return { kind: 'unsupported', field: 'index' };
  const fields = new Map<string, readonly string[]>();
  const form = query.getChild('x', Namespace.dataForm);
  for (const [name, values] of form === undefined ? [] : fieldValues(form)) {
    if (name === 'FORM_TYPE') continue;
    if (!FIELDS.some((known) => known === name)) return { kind: 'unsupported', field: name };
    fields.set(name, values);
  }
  const one = (name: FieldName): string | undefined => fields.get(name)?.[0];
  const [start, end] = [timeOf(one('start')), timeOf(one('end'))];
  if (start === null || end === null) return bad(text(({ history }) => history.badTime));
  const ids = fields.get('ids');
  if (ids !== undefined && ids.length > MAX_IDS)
    return bad(text(({ history }) => history.tooManyIds(MAX_IDS)));
  const before = page.before === '' ? undefined : page.before;
  return {
    kind: 'query',
    query: {
      queryId: query.attrs.queryid,
      ...{ start, end, ids },
      with: one('with'),
      // The bounds of the page are the narrower ones.
      after: page.after ?? one('after-id'),
      before: before ?? one('before-id'),
      max: Math.min(page.max ?? DEFAULT_PAGE, MAX_PAGE),
      last: page.before !== undefined,
      flip: query.getChild('flip-page') !== undefined,
    },
  };
}

const bad = (reason: AnyText): MamRequest => ({ kind: 'bad', reason });

/** XEP-0082: a time has a zone. @returns null for what is none */
function timeOf(given: string | undefined): string | null | undefined {
  const time = given?.trim() ?? '';
  if (time === '') return undefined;
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/.test(time) ? time : null;
}

/** The form that says what can be asked (4.1.6). */
export function mamForm(): Element {
  const types: Readonly<Record<FieldName, string>> = {
    start: 'text-single',
    end: 'text-single',
    with: 'jid-single',
    'before-id': 'text-single',
    'after-id': 'text-single',
    ids: 'list-multi',
  };
  return xml(
    'query',
    { xmlns: NS_MAM },
    xml(
      'x',
      { xmlns: Namespace.dataForm, type: 'form' },
      xml('field', { type: 'hidden', var: 'FORM_TYPE' }, xml('value', {}, NS_MAM)),
      FIELDS.map((name) =>
        xml(
          'field',
          { type: types[name], var: name },
          name === 'ids'
            ? xml(
                'validate',
                { xmlns: 'http://jabber.org/protocol/xdata-validate', datatype: 'xs:string' },
                xml('open'),
              )
            : undefined,
        ),
      ),
    ),
  );
}

/** One line of the answer (4.2). */
export function mamResult(
  to: string,
  queryId: string | undefined,
  line: GroupMessage & { readonly at: Date },
): Element {
  const { room, stanzaId, at } = line;
  return xml(
    'message',
    { from: room, to },
    xml(
      'result',
      { xmlns: NS_MAM, queryid: queryId, id: stanzaId },
      xml(
        'forwarded',
        { xmlns: 'urn:xmpp:forward:0' },
        xml('delay', { xmlns: Namespace.delay, stamp: at.toISOString() }),
        forwarded(line),
      ),
    ),
  );
}

/** The stanza itself, in the namespace that clients see it in (XEP-0297, 3). */
function forwarded(line: GroupMessage): Element {
  const { name, attrs, children } = groupMessage({ ...line });
  return xml(name === 'message' ? 'message' : name, { xmlns: 'jabber:client', ...attrs }, children);
}

/** The end of the answer (4.2). */
export function mamFin(ids: readonly string[], isComplete: boolean): Element {
  const [first, last] = [ids[0], ids.at(-1)];
  return xml(
    'fin',
    { xmlns: NS_MAM, complete: isComplete ? 'true' : undefined },
    xml(
      'set',
      { xmlns: NS_RSM },
      first === undefined ? undefined : xml('first', {}, first),
      last === undefined ? undefined : xml('last', {}, last),
    ),
  );
}

/** Where an archive begins and ends (4.3). */
export function mamMetadata(
  ends:
    | {
        readonly first: { readonly id: string; readonly at: Date };
        readonly last: { readonly id: string; readonly at: Date };
      }
    | undefined,
): Element {
  const end = (name: 'start' | 'end', { id, at }: { readonly id: string; readonly at: Date }): Element =>
    xml(name, { id, timestamp: at.toISOString() });
  return xml(
    'metadata',
    { xmlns: NS_MAM },
    ends === undefined ? undefined : [end('start', ends.first), end('end', ends.last)],
  );
}
