import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dueOf, dueOfText, line } from '../../bench/gateway/lines.js';
import { attribute, numberAt, StanzaScanner } from '../../bench/gateway/scanner.js';

const HEADER = "<?xml version='1.0'?><stream:stream xmlns='jabber:component:accept' to='a.test'>";

interface Seen {
  readonly opened: string[];
  readonly stanzas: string[];
  readonly heads: string[];
  readonly bodies: (string | undefined)[];
  readonly scanner: StanzaScanner;
}

function scan(chunks: readonly Buffer[]): Seen {
  const [opened, stanzas, heads]: [string[], string[], string[]] = [[], [], []];
  const bodies: (string | undefined)[] = [];
  const scanner = new StanzaScanner(
    (head) => opened.push(head),
    ({ bytes, start, headEnd, end, body }) => {
      stanzas.push(bytes.toString('utf8', start, end));
      heads.push(bytes.toString('utf8', start, headEnd));
      bodies.push(body === 0 ? undefined : bytes.toString('utf8', body, bytes.indexOf('<', body)));
    },
  );
  for (const chunk of chunks) scanner.push(chunk);
  return { opened, stanzas, heads, bodies, scanner };
}

/** Stanzas that look like the end of something else in as many ways as there are. */
const stanzas = [
  '<handshake>abc</handshake>',
  '<presence/>',
  `<presence to='u1@h/c' from="r@g/a>b"><x a='1/>'><status code="110"/></x></presence>`,
  '<message to="u2@h/c"><body>one &lt;b&gt; ü 🐙</body></message>',
  '<message><x><body>not this one</body></x></message>',
  '<message><bodyguard>nor this</bodyguard></message>',
  "<message><subject/><body xml:lang='de'>two</body><body/></message>",
  "<iq type='get'><a><b><c/></b><b></b></a></iq>",
];

describe('scanner of stanzas', () => {
  it('cuts a stream at the same places however TCP cuts it', () => {
    const octets = Buffer.from(`${HEADER}\n${stanzas.join(' \n')}`);
    fc.assert(
      fc.property(fc.array(fc.nat(octets.length), { maxLength: 40 }), (cuts) => {
        const places = [0, ...cuts.sort((a, b) => a - b), octets.length];
        const chunks = places.slice(1).map((end, i) => octets.subarray(places[i], end));
        const seen = scan(chunks);
        expect(seen.opened).toEqual([HEADER.slice(HEADER.indexOf('<stream'))]);
        expect(seen.stanzas).toEqual(stanzas);
      }),
    );
  });

  it('takes a stream octet by octet', () => {
    const octets = Buffer.from(HEADER + stanzas.join(''));
    const seen = scan([...octets].map((octet) => Buffer.from([octet])));
    expect(seen.stanzas).toEqual(stanzas);
  });

  it('finds start tags and bodies, and takes only a child of the stanza for its body', () => {
    const { heads, bodies } = scan([Buffer.from(HEADER + stanzas.join(''))]);
    expect(heads[2]).toBe(`<presence to='u1@h/c' from="r@g/a>b">`);
    expect(bodies).toEqual([
      undefined,
      undefined,
      undefined,
      'one &lt;b&gt; ü 🐙',
      undefined,
      undefined,
      'two',
      undefined,
    ]);
  });

  it('knows the end of the stream, and nothing behind it', () => {
    const { stanzas: cut, scanner } = scan([Buffer.from(`${HEADER}<presence/></stream:stream><presence/>`)]);
    expect(cut).toEqual(['<presence/>']);
    expect(scanner.ended).toBe(true);
  });

  it('gives up on a stanza without an end', () => {
    const { scanner } = scan([Buffer.from(`${HEADER}<message>`)]);
    expect(() => {
      for (let i = 0; i < 10; i++) scanner.push(Buffer.alloc(1 << 20, 'x'));
    }).toThrow('does not end');
  });
});

describe('attribute of a start tag', () => {
  it('is not taken from a longer name or another value', () => {
    expect(attribute(`<iq xml:to='no' note=" to='no'" to="u1@h/c" id='7'>`, 'to')).toBe('u1@h/c');
    expect(attribute(`<iq to='a' id="7"/>`, 'id')).toBe('7');
    expect(attribute(`<iq to='a'/>`, 'type')).toBeUndefined();
  });
});

describe('lines of the bench', () => {
  it('carry their run and their moment', () => {
    const text = line(12, 1_234_567_890.4);
    const octets = Buffer.from(`<body>${text}</body>`);
    expect(dueOf(octets, 6, 12)).toBe(1_234_567_890);
    expect(dueOf(octets, 6, 1)).toBeNaN();
    expect(dueOf(octets, 0, 12)).toBeNaN();
    expect(dueOfText(text, 12)).toBe(1_234_567_890);
    expect(dueOfText(text, 13)).toBeNaN();
    expect(dueOfText('something else', 12)).toBeNaN();
  });

  it('end a number at the first octet that is no digit, or at the end', () => {
    expect(numberAt(Buffer.from('x42y'), 1)).toBe(42);
    expect(numberAt(Buffer.from('42'), 0)).toBe(42);
    expect(numberAt(Buffer.from('x'), 0)).toBe(0);
  });
});
