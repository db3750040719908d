import { describe, expect, it } from 'vitest';
import { iqResult } from '../../src/component/stanza.js';
import {
  readSearch,
  searchForm,
  searchResult,
  type SearchableChannel,
} from '../../src/mapping/channel-search.js';
import { readPageRequest } from '../../src/mapping/paging.js';
import { ChannelMode } from '../../src/silc/modes.js';
import { canonical } from '../support/xmpp/canonical.js';
import { expectGolden, parseStanza } from './golden.js';

const channels: readonly SearchableChannel[] = [
  { jid: 'lounge@gw', name: 'Lounge', topic: 'Tea & cake', users: 4, mode: 0 },
  { jid: 'tea@gw', name: 'tea', topic: 'Kettles', users: 12, mode: ChannelMode.passphrase },
  { jid: 'club%far@gw', name: 'club', topic: 'no tea', users: undefined },
  { jid: 'zoo@gw', name: 'zoo', users: 1 },
];
const field = (name: string, ...values: string[]) =>
  `<field var='${name}'>${values.map((value) => `<value>${value}</value>`).join('')}</field>`;
const read = (fields: string) =>
  readSearch(parseStanza(`<x xmlns='jabber:x:data' type='submit'>${fields}</x>`));
const found = (fields: string, set = '') =>
  searchResult(
    channels,
    read(fields),
    readPageRequest(
      parseStanza(`<search><set xmlns='http://jabber.org/protocol/rsm'>${set}</set></search>`),
    ) ?? {},
  )
    .getChildren('item')
    .map(({ attrs }) => attrs.address);

describe('the search of channels', () => {
  it('tells what can be asked', () => {
    expectGolden('channel-search-form', (iq) => iqResult(iq, searchForm()));
  });

  it('answers with a page of what fits', () => {
    expectGolden('channel-search', (iq) => {
      const search = iq.getChild('search');
      const form = search?.getChild('x');
      const page = search && readPageRequest(search);
      return form && page && iqResult(iq, searchResult(channels, readSearch(form), page));
    });
  });

  it.each([
    [field('q', 'tea'), ['tea@gw', 'lounge@gw', 'club%far@gw']],
    [field('q', 'TEA cake'), ['lounge@gw']],
    [field('q', 'tea') + field('sindescription', '0'), ['tea@gw']],
    [field('q', 'far') + field('sinaddr', 'false'), []],
    [field('q', 'far'), ['club%far@gw']],
    [
      field('q', 'tea') + field('key', '{urn:xmpp:channel-search:0:order}address'),
      ['club%far@gw', 'lounge@gw', 'tea@gw'],
    ],
    [field('all', 'true'), ['tea@gw', 'lounge@gw', 'zoo@gw', 'club%far@gw']],
    [field('all', '1') + field('q', ''), ['tea@gw', 'lounge@gw', 'zoo@gw', 'club%far@gw']],
    [field('all', '1') + field('min_users', '4'), ['tea@gw', 'lounge@gw']],
    [field('all', '1') + field('types', 'xep-0369'), []],
    [
      field('all', '1') + field('types', 'xep-0369', 'xep-0045') + field('other', 'x'),
      ['tea@gw', 'lounge@gw', 'zoo@gw', 'club%far@gw'],
    ],
  ])('finds by %s', (fields, expected) => {
    expect(found(fields)).toEqual(expected);
  });

  it('gives page after page, each channel once', () => {
    const [first] = found(field('all', '1'), '<max>1</max>');
    const page = searchResult(channels, read(field('all', '1')), { max: 1 });
    const last = page.getChild('set')?.getChildText('last') ?? '';
    expect(first).toBe('tea@gw');
    expect(found(field('all', '1'), `<max>9</max><after>${last}</after>`)).toEqual([
      'lounge@gw',
      'zoo@gw',
      'club%far@gw',
    ]);
  });

  it.each([
    ['', 'cancel', 'bad-request', 'no-search-conditions'],
    [field('q', ' '), 'modify', 'bad-request', 'invalid-search-terms'],
    [field('q', 'a b c d e f g h i j k'), 'modify', 'bad-request', 'invalid-search-terms'],
    [field('q', 'x'.repeat(257)), 'modify', 'bad-request', 'invalid-search-terms'],
    [field('q', 'x') + field('all', '1'), 'modify', 'bad-request', 'conflicting-fields'],
    [field('q', 'x') + field('key', 'size'), 'modify', 'feature-not-implemented', 'invalid-sort-key'],
    [field('q', 'x') + field('min_users', 'many'), 'modify', 'bad-request', undefined],
  ])('refuses %s', (fields, type, condition, appCondition) => {
    expect(() => read(fields)).toThrow(expect.objectContaining({ type, condition, appCondition }));
  });

  it('names the fields that do not go together', () => {
    let error: unknown;
    try {
      read(field('q', 'x') + field('all', '1'));
    } catch (thrown) {
      error = thrown;
    }
    const { appElement } = error as { readonly appElement: Parameters<typeof canonical>[0] };
    expect(canonical(appElement)).toBe(
      canonical(
        "<conflicting-fields xmlns='urn:xmpp:channel-search:0:error'><var>all</var><var>q</var></conflicting-fields>",
      ),
    );
  });
});
