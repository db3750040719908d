import { type Element, StanzaError, type StanzaErrorCondition, xml } from '../component/stanza.js';
import { ChannelMode } from '../silc/modes.js';
import { fieldValues } from './data-form.js';
import { isolated } from './isolated.js';
import { Namespace } from './namespaces.js';
import { pageElement, pageOf, type PageRequest } from './paging.js';
import { type AnyText, text } from '../text/text.js';

/*
 * XEP-0433: Extended Channel Search 0.1.0 (2020-02-27).
 * Left out: limits of the rate (the router has its own). `sinaddr` is what the form of the XEP says, `sinaddress` what its
 * table says; both are understood.
 */

const BASE = 'urn:xmpp:channel-search:0';
export const NS_SEARCH = `${BASE}:search`;
const NS_PARAMS = `${BASE}:search-params`;
const NS_ERROR = `${BASE}:error`;
const ORDERS = { nusers: `{${BASE}:order}nusers`, address: `{${BASE}:order}address` } as const;
const TYPE = 'xep-0045';

/** Longest text and most words that are searched for. */
const [MAX_TEXT, MAX_TERMS] = [256, 10];

/** A channel that can be found. */
export interface SearchableChannel {
  readonly jid: string;
  readonly name: string;
  readonly topic?: string | undefined;
  readonly users?: number | undefined;
  /** `ChannelMode` mask. */
  readonly mode?: number | undefined;
}

export interface ChannelSearch {
  /** Each of them is somewhere in what is searched; none for all channels. */
  readonly terms: readonly string[];
  readonly inName: boolean;
  readonly inDescription: boolean;
  readonly inAddress: boolean;
  readonly minUsers: number;
  /** False where only other kinds of channels are wanted. */
  readonly wantsRooms: boolean;
  readonly order: keyof typeof ORDERS;
}

/** The form that says what can be asked (3.2.1). */
export function searchForm(): Element {
  const field = (
    name: string,
    type: string,
    label: AnyText,
    value?: string,
    ...options: Element[]
  ): Element =>
    xml(
      'field',
      { var: name, type, label },
      value === undefined ? undefined : xml('value', {}, value),
      options,
    );
  const option = (label: AnyText, value: string): Element =>
    xml('option', { label }, xml('value', {}, value));
  return xml(
    'search',
    { xmlns: NS_SEARCH },
    xml(
      'x',
      { xmlns: Namespace.dataForm, type: 'form' },
      xml('field', { var: 'FORM_TYPE', type: 'hidden' }, xml('value', {}, NS_PARAMS)),
      field(
        'q',
        'text-single',
        text(({ forms }) => forms.searchFor),
      ),
      field(
        'all',
        'boolean',
        text(({ forms }) => forms.searchAll),
        '0',
      ),
      field(
        'sinname',
        'boolean',
        text(({ forms }) => forms.searchInName),
        '1',
      ),
      field(
        'sindescription',
        'boolean',
        text(({ forms }) => forms.searchInTopic),
        '1',
      ),
      field(
        'sinaddr',
        'boolean',
        text(({ forms }) => forms.searchInAddress),
        '1',
      ),
      field(
        'min_users',
        'text-single',
        text(({ forms }) => forms.leastUsers),
        '0',
      ),
      field(
        'types',
        'list-multi',
        text(({ forms }) => forms.channelKinds),
        TYPE,
        option(
          text(({ forms }) => forms.mucRooms),
          TYPE,
        ),
      ),
      field(
        'key',
        'list-single',
        text(({ forms }) => forms.orderBy),
        ORDERS.nusers,
        option(
          text(({ forms }) => forms.numberOfUsers),
          ORDERS.nusers,
        ),
        option(
          text(({ forms }) => forms.address),
          ORDERS.address,
        ),
      ),
    ),
  );
}

/** Reads a form that was sent back. @throws StanzaError with the conditions of the XEP (3.2.2) */
export function readSearch(form: Element): ChannelSearch {
  const fields = fieldValues(form);
  const one = (name: string): string | undefined => fields.get(name)?.[0]?.trim();
  const isTrue = (name: string, fallback: boolean): boolean => {
    const value = one(name);
    return value === undefined ? fallback : value === '1' || value === 'true';
  };
  const wanted = one('q') ?? '';
  const isAll = isTrue('all', false);
  if (isAll && wanted !== '') {
    throw fault(
      'bad-request',
      text(({ forms }) => forms.textOrAll),
      'conflicting-fields',
      ['all', 'q'],
    );
  }
  if (!isAll && !fields.has('q')) {
    throw fault(
      'bad-request',
      text(({ forms }) => forms.nothingSearched),
      'no-search-conditions',
    );
  }
  const terms = termsOf(wanted);
  if (!isAll && (terms.length === 0 || terms.length > MAX_TERMS || wanted.length > MAX_TEXT)) {
    const limits = text(({ forms }) => forms.searchLimits(MAX_TERMS, MAX_TEXT));
    throw fault('bad-request', limits, 'invalid-search-terms');
  }
  const minUsers = one('min_users') ?? '0';
  if (!/^\d{1,9}$/.test(minUsers))
    throw new StanzaError(
      'modify',
      'bad-request',
      text(({ forms }) => forms.noUserCount),
    );
  const [order] = keys(ORDERS).filter((key) => ORDERS[key] === (one('key') ?? ORDERS.nusers));
  if (order === undefined) {
    throw fault(
      'feature-not-implemented',
      text(({ forms }) => forms.noSuchOrder),
      'invalid-sort-key',
    );
  }
  return {
    terms,
    inName: isTrue('sinname', true),
    inDescription: isTrue('sindescription', true),
    inAddress: isTrue('sinaddr', true) && isTrue('sinaddress', true),
    minUsers: Number(minUsers),
    wantsRooms: fields.get('types')?.includes(TYPE) ?? true,
    order,
  };
}

function fault(
  condition: StanzaErrorCondition,
  said: AnyText,
  name: 'conflicting-fields' | 'no-search-conditions' | 'invalid-search-terms' | 'invalid-sort-key',
  fields: readonly string[] = [],
): StanzaError {
  const type = name === 'no-search-conditions' ? 'cancel' : 'modify';
  const children = fields.map((field) => xml('var', {}, field));
  return new StanzaError(type, condition, said, { appElement: xml(name, { xmlns: NS_ERROR }, children) });
}

const folded = (text: string): string => text.normalize('NFKC').toLowerCase();
const termsOf = (text: string): readonly string[] =>
  folded(text)
    .split(/\s+/u)
    .filter((term) => term !== '');
const keys = <K extends string>(record: Readonly<Record<K, unknown>>): readonly K[] =>
  Object.keys(record) as K[];

/** One page of what was found (3.2.2). */
export function searchResult(
  channels: Iterable<SearchableChannel>,
  search: ChannelSearch,
  request: PageRequest,
): Element {
  const found = [...channels].filter((channel) => fits(channel, search));
  const page = pageOf(found, search.order === 'address' ? ({ jid }) => jid : byUsers, request);
  return xml('result', { xmlns: NS_SEARCH }, page.items.map(itemOf), pageElement(page));
}

/** Many users first. */
function byUsers({ jid, users = 0 }: SearchableChannel): string {
  return `${String(0xffffffff - users).padStart(10, '0')} ${jid}`;
}

function fits({ jid, name, topic, users }: SearchableChannel, search: ChannelSearch): boolean {
  if (!search.wantsRooms || (users ?? 0) < search.minUsers) return false;
  const searched = [search.inName && name, search.inDescription && topic, search.inAddress && jid];
  const text = searched.filter((part) => typeof part === 'string').map(folded);
  return search.terms.every((term) => text.some((part) => part.includes(term)));
}

const CLOSED = ChannelMode.invite | ChannelMode.channelAuth | ChannelMode.passphrase;

function itemOf({ jid, name, topic, users, mode }: SearchableChannel): Element {
  return xml(
    'item',
    { address: jid },
    xml('name', {}, name),
    topic === undefined || topic === '' ? undefined : xml('description', {}, isolated(topic)),
    users === undefined ? undefined : xml('nusers', {}, users),
    xml('service-type', {}, TYPE),
    // Searchers take the element alone for a yes, so that there is none for a no.
    mode !== undefined && (mode & CLOSED) === 0 ? xml('is-open', {}, 'true') : undefined,
    xml('anonymity-mode', {}, `{${BASE}:anonymity}none`),
  );
}
