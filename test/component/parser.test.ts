import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ComponentError } from '../../src/component/errors.js';
import { GuardedParser, type ParserLimits } from '../../src/component/parser.js';
import type { Element } from '../../src/component/types.js';
import { HEADER } from '../support/xmpp/fake-server.js';

const LIMITS: ParserLimits = {
  stanzaSize: 2000,
  depth: 8,
  attributes: 6,
  elements: 20,
  droppedSize: 2500,
  droppedDepth: 40,
};

interface Outcome {
  readonly starts: string[];
  readonly elements: string[];
  readonly trees: Element[];
  repaired: number;
  /** Envelope and reason of what was read over. */
  readonly dropped: string[];
  readonly violations: ComponentError[];
  ends: number;
}

function parserWith(limits: Partial<ParserLimits> = {}): { parser: GuardedParser; seen: Outcome } {
  const seen: Outcome = {
    starts: [],
    elements: [],
    trees: [],
    repaired: 0,
    dropped: [],
    violations: [],
    ends: 0,
  };
  const parser = new GuardedParser(
    { ...LIMITS, ...limits },
    {
      onElement: (element) => {
        seen.elements.push(element.toString());
        seen.trees.push(element);
      },
      onDropped: (envelope, { code, message }) => {
        seen.dropped.push(`${envelope.toString()} ${code}: ${message}`);
      },
      onRepaired: () => (seen.repaired += 1),
      onEnd: () => (seen.ends += 1),
      onViolation: (error) => seen.violations.push(error),
    },
  );
  parser.on('start', (root: Element) => seen.starts.push(root.name));
  return { parser, seen };
}

function parse(text: string, limits?: Partial<ParserLimits>): Outcome {
  const { parser, seen } = parserWith(limits);
  parser.write(text);
  return seen;
}

const code = (outcome: Outcome) => outcome.violations.map((violation) => violation.code);

describe('the guarded parser', () => {
  const stream =
    `${HEADER} \n<message from='a@x' to='b'><body>grüße &amp; &#x1f600; 😀 漢字</body></message>\n\n` +
    `<presence/><iq type='get' id='1'><q xmlns='urn:q'><![CDATA[<raw>]]></q></iq>  </stream:stream>`;
  const expected = [
    '<message from="a@x" to="b"><body>grüße &amp; 😀 😀 漢字</body></message>',
    '<presence/>',
    '<iq type="get" id="1"><q xmlns="urn:q">&lt;raw&gt;</q></iq>',
  ];

  test('delivers header, stanzas and end', () => {
    const seen = parse(stream);
    expect(seen).toMatchObject({ starts: ['stream:stream'], elements: expected, ends: 1, violations: [] });
    expect(seen.trees[2]?.getChild('q')?.getNS()).toBe('urn:q');
    expect(seen.trees[0]?.getNS()).toBe('jabber:component:accept');
  });

  test('delivers the same however the octets are cut, also inside a character', () => {
    const octets = new TextEncoder().encode(stream);
    for (let cut = 0; cut <= octets.length; cut++) {
      const { parser, seen } = parserWith();
      const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
      parser.write(decoder.decode(octets.subarray(0, cut), { stream: true }));
      parser.write(decoder.decode(octets.subarray(cut), { stream: true }));
      expect(seen.elements, `cut at ${cut}`).toEqual(expected);
      expect(seen.ends).toBe(1);
    }
  });

  test('delivers the same when it comes one character at a time', () => {
    const { parser, seen } = parserWith();
    for (const char of stream) parser.write(char);
    expect(seen).toMatchObject({ elements: expected, ends: 1, violations: [] });
  });

  test('takes a stanza without a namespace where the header declares none', () => {
    const header = "<stream:stream xmlns:stream='http://etherx.jabber.org/streams' id='1'>";
    expect(parse(`${header}<message/>`).trees[0]?.getNS()).toBeUndefined();
  });

  test('the root keeps nothing, however much passes', () => {
    const { parser, seen } = parserWith();
    const roots: Element[] = [];
    parser.on('start', (root: Element) => roots.push(root));
    parser.write(HEADER);
    for (let round = 0; round < 1000; round++) parser.write(' \n<message/> ');
    expect(seen.elements).toHaveLength(1000);
    expect(roots[0]?.children).toEqual([]);
  });

  test('white space between stanzas is not counted and not kept', () => {
    const { parser, seen } = parserWith();
    parser.write(HEADER);
    for (let round = 0; round < 100; round++) parser.write(' '.repeat(1000));
    parser.write('  <presence/>');
    for (let round = 0; round < 100; round++) parser.write('\n'.repeat(1000));
    expect(seen).toMatchObject({ elements: ['<presence/>'], violations: [] });
  });

  test.each([
    ['a document type before the root', `<!DOCTYPE x [<!ENTITY a "b">]>${HEADER}`, 'restricted-xml'],
    ['a document type in the stream', `${HEADER}<!DOCTYPE x>`, 'restricted-xml'],
    [
      'a document type in a stanza',
      `${HEADER}<message><!DOCTYPE x [<!ENTITY a "b">]></message>`,
      'restricted-xml',
    ],
    ['a comment between stanzas', `${HEADER}<!-- x -->`, 'restricted-xml'],
    ['a processing instruction', `${HEADER}<?php x?>`, 'restricted-xml'],
    ['another encoding', `<?xml version='1.0' encoding='latin-1'?>${HEADER.slice(21)}`, 'restricted-xml'],
    ['NUL between stanzas', `${HEADER}\u{0}`, 'not-well-formed'],
    ['a header with a bad attribute', `${HEADER.slice(0, -1)} id='2'>`, 'not-well-formed'],
    ['a tag in a tag', `${HEADER}<message to='a<b'/>`, 'not-well-formed'],
    ['a quote that is not closed', `${HEADER}<message to='a><body/></message>`, 'not-well-formed'],
    ['an end tag with attributes', `${HEADER}<message></message a='b'>`, 'not-well-formed'],
    ['an end tag too many', `${HEADER}<presence/></message>`, 'not-well-formed'],
    ['a wrong end tag', `${HEADER}<message></presence>`, 'not-well-formed'],
    ['text between stanzas', `${HEADER}x<message/>`, 'not-well-formed'],
    ['an attribute without quotes', `${HEADER}<message to=a/>`, 'not-well-formed'],
    ['something that is not XML', 'HTTP/1.1 400 Bad Request\r\n\r\n<html>', 'not-well-formed'],
    ['a root that is no stream', `<html>`, 'not-well-formed'],
    ['a root of another namespace', `<stream xmlns='x'>`, 'not-well-formed'],
  ])('refuses %s', (_, text, expectedCode) => {
    const seen = parse(`${text}<message/>`);
    expect(code(seen)).toEqual([expectedCode]);
    expect(seen.elements).not.toContain('<message/>');
  });

  test.each([
    ['an undeclared entity', '<body>1&bomb;2</body>'],
    ['an illegal character reference', '<body>1&#1;2</body>'],
    ['a reference to NUL', '<body>1&#0;2</body>'],
    ['a reference to half a surrogate pair', '<body>1&#xd800;2</body>'],
    ['a reference beyond Unicode', '<body>1&#x110000;2</body>'],
    ['an endless reference', `<body>1&#${'9'.repeat(400)};2</body>`],
    ['NUL', '<body>1\u{0}2</body>'],
    ['U+FFFF', '<body>1\u{ffff}2</body>'],
    ['a character that is none in CDATA', '<body><![CDATA[1\u{1}2]]></body>'],
    ['an ampersand alone', '<body>1&2</body>'],
    ['a character that is none in an attribute', "<body a='\u{1}&#2;'>1\u{fffd}2</body>"],
  ])('repairs %s and goes on', (_, body) => {
    const seen = parse(`${HEADER}<message from='a@x'>${body}</message><presence/>`);
    expect(seen).toMatchObject({ violations: [], dropped: [], repaired: 1 });
    expect(seen.trees[0]?.getChildText('body')).toBe('1\u{fffd}2');
    expect(seen.elements[1]).toBe('<presence/>');
  });

  test('the end of CDATA in text is text, as told', () => {
    const seen = parse(`${HEADER}<message><body>1]]>2</body></message><presence/>`);
    expect(seen).toMatchObject({ violations: [], repaired: 1 });
    expect(seen.trees[0]?.getChildText('body')).toBe('1]]>2');
  });

  test.each([
    ['a comment', '<message FROM><!-- </message> --></message>'],
    ['a processing instruction', '<message FROM><a><?php </message> ?></a></message>'],
    ['a declaration of XML', "<message FROM><?xml version='1.0'?></message>"],
    ['a duplicate attribute', "<message FROM><a b='1' b='2'/></message>"],
    ['a duplicate attribute of the stanza itself', "<message FROM xml:lang='a' xml:lang='b'></message>"],
    [
      'an attribute that is there twice by its namespace',
      "<message FROM xmlns:p='u' xmlns:q='u'><a p:b='1' q:b='2'/></message>",
    ],
    ['an unbound prefix', '<message FROM><x:a/></message>'],
    ['an unbound prefix of an attribute', "<message FROM><a x:b='1'>t</a></message>"],
    ['a prefix bound elsewhere', "<message FROM><b xmlns:p='urn:p'><p:c/></b><p:c/></message>"],
    ['a name that is none', '<message FROM><1a>x</1a></message>'],
    ['a name with a character that is none', '<message FROM><a\u{1}/></message>'],
    ['a name of two colons', '<message FROM><a:b:c/></message>'],
    ['an attribute that has no name', "<message FROM><a 1b='2'/></message>"],
    ['attributes that run together', "<message FROM><a b='1'c='2'/></message>"],
    ['a prefix that stands for nothing', "<message FROM><a xmlns:p=''/></message>"],
    ['another xml', "<message FROM><a xmlns:xml='urn:x'/></message>"],
    ['another name of xmlns', "<message FROM><a xmlns:p='http://www.w3.org/2000/xmlns/'/></message>"],
  ])('reads over a stanza with %s, and tells its envelope', (_, stanza) => {
    const text = stanza.replace('FROM', "from='a@x' to='b' id='1' type='error' x='y'");
    const whole = parse(`${HEADER}<iq/>${text}<presence/>`, { attributes: 8 });
    const { parser, seen } = parserWith({ attributes: 8 });
    for (const char of `${HEADER}<iq/>${text}<presence/>`) parser.write(char);
    for (const outcome of [whole, seen]) {
      expect(outcome).toMatchObject({ violations: [], elements: ['<iq/>', '<presence/>'] });
      expect(outcome.dropped).toHaveLength(1);
      expect(outcome.dropped[0]).toMatch(
        /^<message from="a@x" to="b" id="1" type="error"\/> (restricted-xml|not-well-formed): /,
      );
    }
  });

  test('declarations in a stanza that is read over are forgotten with it', () => {
    const bad = "<message xmlns='urn:x' xmlns:p='urn:p'><a xmlns='urn:y'><b:c/></a></message>";
    const seen = parse(`${HEADER}${bad}<presence/><message><p:a/></message>`);
    expect(seen.trees[0]?.getNS()).toBe('jabber:component:accept');
    expect(seen.dropped).toHaveLength(2);
  });

  test('holds the limit of size against text, markup, attributes and an endless document type', () => {
    const endless = [
      `${HEADER}<message><body>${'x'.repeat(3000)}`,
      `${HEADER}<message a='${'x'.repeat(3000)}`,
      `${HEADER}<message ${' '.repeat(3000)}`,
      `${HEADER}<${'m'.repeat(3000)}`,
      `${HEADER}<message><![CDATA[${'x'.repeat(3000)}`,
      `${HEADER}<message><!-- ${'x'.repeat(3000)}`,
      `${HEADER}&${'x'.repeat(3000)}`,
      `<!DOCTYPE ${'x'.repeat(3000)}`,
      ' '.repeat(3000),
      `${HEADER}<message><body>${'x'.repeat(3000)}</body></message>`,
    ];
    for (const text of endless) {
      const { parser, seen } = parserWith();
      for (let at = 0; at < text.length; at += 100) parser.write(text.slice(at, at + 100));
      expect(seen.violations, text.slice(0, 200)).toHaveLength(1);
      expect(seen.elements).toEqual([]);
    }
  });

  test('counts each stanza by itself', () => {
    const stanza = `<message><body>${'x'.repeat(1500)}</body></message>`;
    expect(parse(HEADER + stanza.repeat(50))).toMatchObject({ violations: [] });
  });

  test.each([
    ['depth', '<a>'.repeat(8) + '</a>'.repeat(8), '<a>'.repeat(9)],
    ['attributes', `<a ${attributes(6)}/>`, `<a ${attributes(7)}/>`],
    ['elements', `<a>${'<b/>'.repeat(19)}</a>`, `<a>${'<b/>'.repeat(20)}</a>`],
  ])('holds the limit of %s exactly', (_, good, bad) => {
    const message = (content: string) => `<message from='a' to='b' id='1' x='y'>${content}</message>`;
    for (const wrap of [(content: string) => content, message]) {
      const inner = wrap === message ? good.replace('<a>', '').replace('</a>', '') : good;
      expect(parse(HEADER + wrap(inner).repeat(2))).toMatchObject({ violations: [], dropped: [] });
    }
    const seen = parse(`${HEADER}<presence/>${message(bad + '</a>'.repeat(closings(bad)))}<iq/>`);
    expect(seen).toMatchObject({ violations: [], elements: ['<presence/>', '<iq/>'] });
    expect(seen.dropped).toHaveLength(1);
    expect(seen.dropped[0]).toMatch(/^<message from="a" to="b" id="1"\/> policy-violation: /);
  });

  test('what is too large is read over, in one piece or in many', () => {
    const large = `<message from='a' to='b'><body>${'x'.repeat(2200)}</body></message>`;
    const wide = `<message from='a' id='${'i'.repeat(2200)}'/>`;
    const text = `${HEADER}<presence/>${large}<iq/>${wide}<presence/>${large}`;
    const { parser, seen } = parserWith();
    for (let at = 0; at < text.length; at += 7) parser.write(text.slice(at, at + 7));
    for (const outcome of [seen, parse(text)]) {
      expect(outcome).toMatchObject({ violations: [], elements: ['<presence/>', '<iq/>', '<presence/>'] });
      expect(outcome.dropped).toHaveLength(3);
    }
  });

  test('depth costs no more than length', () => {
    const depth = 50_000;
    const ns = "xmlns='urn:d' xmlns:p='urn:p' xmlns:q='urn:q'";
    // On the way in and on the way out, as elements and as attributes.
    const text = `<message ${ns}>${'<a>'.repeat(depth)}${`<p:b q:c='1'/></a>`.repeat(depth)}</message>`;
    const { parser, seen } = parserWith({ droppedSize: 4_000_000, droppedDepth: 100_000 });
    parser.write(`${HEADER}${text}<presence/>`);
    expect(seen).toMatchObject({ violations: [], elements: ['<presence/>'] });
    expect(seen.dropped).toHaveLength(1);
  });

  test.each([
    [
      'many prefixes deep inside',
      (n: number) => {
        const declared = Array.from({ length: n }, (_, i) => `xmlns:p${i}='u'`).join(' ');
        const used = Array.from({ length: n }, (_, i) => `p${i}:a${i}=''`).join(' ');
        return `<message ${declared}>${'<a>'.repeat(n)}<b ${used}/>${'</a>'.repeat(n)}</message>`;
      },
    ],
    [
      'a new prefix at every depth',
      (n: number) => {
        const inwards = Array.from({ length: n }, (_, i) => `<a xmlns:p${i}='u'>`).join('');
        return `<message>${inwards}${'</a>'.repeat(n)}</message>`;
      },
    ],
  ])('%s cost no more than length', (_, stanza) => {
    // Half a minute and a gigabyte at this size, if they cost the product of number and depth.
    const text = stanza(10_000);
    const { parser, seen } = parserWith({ droppedSize: 4_000_000, droppedDepth: 100_000 });
    parser.write(`${HEADER}${text}<presence/>`);
    expect(seen).toMatchObject({ violations: [], elements: ['<presence/>'] });
  });

  test('prefixes mean what the nearest declaration says', () => {
    const inner = "<p:c a='1' p:a='2'/>";
    const text = `<message xmlns:p='urn:1'><b><d>${inner}</d><e xmlns:p='urn:2'>${inner}</e>${inner}</b>${inner}</message>`;
    const [message] = parse(HEADER + text).trees;
    const b = message?.getChild('b');
    const found = [b?.getChild('d'), b?.getChild('e'), b, message].map((parent) =>
      parent
        ?.getChildElements()
        .find((child) => child.name === 'c')
        ?.getNS(),
    );
    expect(found).toEqual(['urn:1', 'urn:2', 'urn:1', 'urn:1']);
  });

  test('what is far too large or too deep ends the stream, as does any excess that nobody takes', () => {
    expect(code(parse(`${HEADER}<message>${'<a>'.repeat(50)}`))).toEqual(['policy-violation']);
    expect(code(parse(`${HEADER}<message>${'x'.repeat(2600)}`))).toEqual(['policy-violation']);
    const violations: ComponentError[] = [];
    const parser = new GuardedParser(LIMITS, {
      onElement: () => expect.unreachable(),
      onEnd: () => expect.unreachable(),
      onViolation: (error) => violations.push(error),
    });
    parser.write(`${HEADER}<message>${'x'.repeat(2100)}</message>`);
    expect(violations.map((violation) => violation.code)).toEqual(['policy-violation']);
  });

  test('says nothing after the first violation', () => {
    const { parser, seen } = parserWith();
    parser.write(`${HEADER}<a></b><message/>`);
    parser.write('<message/></stream:stream>');
    expect(seen).toMatchObject({ elements: [], ends: 0 });
    expect(seen.violations).toHaveLength(1);
  });

  test('says nothing after the end', () => {
    const { parser, seen } = parserWith();
    parser.write(`${HEADER}</stream:stream>`);
    parser.write('\n');
    parser.write('<message/>garbage');
    expect(seen).toMatchObject({ elements: [], violations: [], ends: 1 });
  });

  test('a name like __proto__ does no harm', () => {
    const seen = parse(`${HEADER}<message __proto__='x' constructor='y'><__proto__/></message>`);
    expect(seen.violations).toEqual([]);
    expect(seen.trees[0]?.attrs.constructor).toBe('y');
  });

  test('garbage and mutated streams never make it throw, and stop it at most once', () => {
    const piece = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        ...Array.from('<>&;!?/[]\'"='),
        '<a>',
        '</a>',
        '<!--',
        '<![CDATA[',
        ']]>',
        '&#',
        ' xmlns:',
        '<?xml',
      ),
    );
    fc.assert(
      fc.property(fc.array(piece), fc.nat(stream.length), fc.nat(20), (pieces, at, cut) => {
        const { parser, seen } = parserWith();
        parser.write(stream.slice(0, at));
        for (const text of pieces) parser.write(text);
        parser.write(stream.slice(at + cut));
        expect(seen.violations.length).toBeLessThanOrEqual(1);
      }),
      { numRuns: 1000 },
    );
  });
});

function attributes(count: number): string {
  return Array.from({ length: count }, (_, index) => `a${index}='1'`).join(' ');
}

/** How many elements a text leaves open. */
function closings(text: string): number {
  return text.split('<').length - 1 - 2 * (text.split('</').length - 1) - (text.split('/>').length - 1);
}
