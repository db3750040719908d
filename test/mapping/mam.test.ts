import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { xml } from '../../src/component/stanza.js';
import { mamFin, mamForm, mamMetadata, mamResult, readMamQuery } from '../../src/mapping/mam.js';
import { decodeStoredLine, encodeStoredLine } from '../../src/mapping/stored-line.js';
import { canonical, parseStanza } from '../support/xmpp/canonical.js';

const field = (name: string, ...values: string[]) =>
  `<field var='${name}'>${values.map((value) => `<value>${value}</value>`).join('')}</field>`;
const read = (fields: string, rest = '') =>
  readMamQuery(
    parseStanza(
      `<query xmlns='urn:xmpp:mam:2' queryid='q'><x xmlns='jabber:x:data' type='submit'>${field('FORM_TYPE', 'urn:xmpp:mam:2')}${fields}</x>${rest}</query>`,
    ),
  );
const set = (inner: string) => `<set xmlns='http://jabber.org/protocol/rsm'>${inner}</set>`;
const nothing = {
  ...{ queryId: 'q', start: undefined, end: undefined, with: undefined, after: undefined, before: undefined },
  ...{ ids: undefined, max: 50, last: false, flip: false },
};

describe('a query of an archive', () => {
  it.each([
    ['', '', {}],
    ['', set('<max>10</max>'), { max: 10 }],
    ['', set('<max>1000</max>'), { max: 100 }],
    ['', set('<max>5</max><before/>'), { max: 5, last: true }],
    ['', set('<before>x</before>'), { before: 'x', last: true }],
    ['', set('<after>x</after>'), { after: 'x' }],
    ['', '<flip-page/>', { flip: true }],
    [field('start', '2026-01-02T03:04:05Z'), '', { start: '2026-01-02T03:04:05Z' }],
    [field('end', '2026-01-02T03:04:05.678+01:00'), '', { end: '2026-01-02T03:04:05.678+01:00' }],
    [field('with', 'r@gw/Bob'), '', { with: 'r@gw/Bob' }],
    [field('after-id', 'a') + field('before-id', 'b'), '', { after: 'a', before: 'b' }],
    // The page is within what is asked for.
    [field('after-id', 'a'), set('<after>c</after>'), { after: 'c' }],
    [field('ids', 'a', 'b'), '', { ids: ['a', 'b'] }],
  ])('with %s %s', (fields, rest, expected) => {
    expect(read(fields, rest)).toEqual({ kind: 'query', query: { ...nothing, ...expected } });
  });

  it.each([
    [field('start', 'yesterday'), ''],
    [field('end', '2026-01-02'), ''],
    [field('start', '2026-01-02T03:04:05'), ''],
    ['', set('<max>many</max>')],
    [field('ids', ...Array.from({ length: 101 }, String)), ''],
  ])('is refused with a reason: %s %s', (fields, rest) => {
    expect(read(fields, rest)).toMatchObject({ kind: 'bad' });
  });

  it('says which field it does not know', () => {
    expect(read(field('withtext', 'x'))).toEqual({ kind: 'unsupported', field: 'withtext' });
    // XEP-0059, 2.6: pages have no numbers here.
    expect(read('', set('<index>3</index>'))).toEqual({ kind: 'unsupported', field: 'index' });
  });

  it('knows every field of its form', () => {
    const names = mamForm()
      .getChild('x')
      ?.getChildren('field')
      .map(({ attrs }) => attrs.var ?? '');
    expect(names).toHaveLength(7);
    for (const name of names ?? []) expect(read(field(name))).toMatchObject({ kind: 'query' });
  });
});

describe('the answer of an archive', () => {
  it('has each line as clients see it, its time and its id', () => {
    const line = {
      ...{ room: 'r@gw', from: 'r@gw/Bob', id: 'm1', stanzaId: 's1', occupantId: 'o1' },
      ...{ at: new Date('2026-01-02T03:04:05.678Z'), payload: [xml('body', {}, 'hello')] },
    };
    expect(canonical(mamResult('a@j/x', 'q', line))).toBe(
      canonical(
        `<message from='r@gw' to='a@j/x'><result xmlns='urn:xmpp:mam:2' queryid='q' id='s1'><forwarded xmlns='urn:xmpp:forward:0'>
<delay xmlns='urn:xmpp:delay' stamp='2026-01-02T03:04:05.678Z'/><message xmlns='jabber:client' from='r@gw/Bob' id='m1' type='groupchat'><body>hello</body><occupant-id xmlns='urn:xmpp:occupant-id:0' id='o1'/><stanza-id xmlns='urn:xmpp:sid:0' by='r@gw' id='s1'/></message></forwarded></result></message>`.replaceAll(
          '\n',
          '',
        ),
      ),
    );
  });

  it('ends with the page, complete or not', () => {
    expect(canonical(mamFin(['a', 'b'], false))).toBe(
      canonical(
        "<fin xmlns='urn:xmpp:mam:2'><set xmlns='http://jabber.org/protocol/rsm'><first>a</first><last>b</last></set></fin>",
      ),
    );
    expect(canonical(mamFin([], true))).toBe(
      canonical(
        "<fin xmlns='urn:xmpp:mam:2' complete='true'><set xmlns='http://jabber.org/protocol/rsm'/></fin>",
      ),
    );
  });

  it('tells where the archive begins and ends', () => {
    const [first, last] = [1, 2].map((day) => ({ id: `s${day}`, at: new Date(Date.UTC(2026, 0, day)) }));
    expect(canonical(mamMetadata({ first: first!, last: last! }))).toBe(
      canonical(
        "<metadata xmlns='urn:xmpp:mam:2'><start id='s1' timestamp='2026-01-01T00:00:00.000Z'/><end id='s2' timestamp='2026-01-02T00:00:00.000Z'/></metadata>",
      ),
    );
    expect(canonical(mamMetadata(undefined))).toBe(canonical("<metadata xmlns='urn:xmpp:mam:2'/>"));
  });
});

describe('a line as it is kept', () => {
  const name = fc.stringMatching(/^[a-z]{1,5}$/);
  const { element } = fc.letrec<{ element: unknown; node: unknown }>((tie) => ({
    node: fc.oneof(fc.string({ unit: 'grapheme', minLength: 1 }), tie('element')),
    element: fc
      .tuple(name, fc.dictionary(name, fc.string()), fc.array(tie('node'), { maxLength: 3 }))
      .map(([tag, attrs, children]) => xml(tag, { xmlns: `urn:x:${tag}`, ...attrs }, children as never)),
  }));

  it('comes back as it was, whatever is in it', () => {
    fc.assert(
      fc.property(
        fc.array(element, { maxLength: 3 }),
        fc.string(),
        fc.option(fc.string(), { nil: undefined }),
        (payload, id, occupantId) => {
          const line = { id, occupantId, origin: 'jabber' as const, payload: payload as never[] };
          const back = decodeStoredLine(encodeStoredLine(line));
          expect(back?.payload.map(String)).toEqual(line.payload.map(String));
          expect({ ...back, payload: [] }).toEqual({ ...line, payload: [] });
        },
      ),
    );
  });

  it('is nothing where the octets are none', () => {
    fc.assert(fc.property(fc.uint8Array(), (octets) => decodeStoredLine(octets) === undefined));
    for (const text of ['{}', '[]', '{"id":1,"payload":[]}', 'null']) {
      expect(decodeStoredLine(new TextEncoder().encode(text))).toBeUndefined();
    }
    const odd = '{"id":"x","payload":[["a b",{}],["body",{"=":"x"}],["body",{},["<",{}],"said"]]}';
    const { payload } = decodeStoredLine(new TextEncoder().encode(odd)) ?? {};
    expect(payload?.map(String)).toEqual(['<body>said</body>']);
  });
});
