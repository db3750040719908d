import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ComponentError } from '../../src/component/errors.js';
import { StanzaSerializer } from '../../src/component/outgoing.js';
import { DEFAULT_PARSER_LIMITS, GuardedParser } from '../../src/component/parser.js';
import { type Child, errorReply, xml } from '../../src/component/stanza.js';
import type { Element } from '../../src/component/types.js';
import { HEADER } from '../support/xmpp/fake-server.js';
import { readStrictly, type StrictElement } from '../support/xmpp/strict.js';
import { cut, mutated, mutations } from './support/mutations.js';

const limits = { ...DEFAULT_PARSER_LIMITS, stanzaSize: 4_000, depth: 8, attributes: 8, elements: 30 };

const stanzas = [
  `<message from='a@x/r' to='c@gw.test' type='groupchat'><body>grüße &amp; &#x1f600; ]]&gt;</body></message>`,
  `<presence from='a@x/r' to='c@gw.test/nick'><x xmlns='http://jabber.org/protocol/muc'><password>p</password></x></presence>`,
  `<iq type='get' from='a@x/r' to='gw.test' id='1'><query xmlns='http://jabber.org/protocol/disco#info'/></iq>`,
  `<message from='a@x' to='gw.test'><body><![CDATA[<raw>]]></body><p:x xmlns:p='urn:p' p:y='1'/></message>`,
];

const encoder = new TextEncoder();
const decoder = new TextDecoder();

test('a changed stream is delivered or refused once, and never throws', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(...stanzas), { minLength: 1, maxLength: 5 }),
      mutations,
      fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 5 }),
      fc.boolean(),
      (chosen, changes, sizes, isHeaderChanged) => {
        const delivered: Element[] = [];
        const violations: unknown[] = [];
        let late = 0;
        const parser = new GuardedParser(limits, {
          onElement: (element) => {
            if (violations.length > 0) late++;
            delivered.push(element);
          },
          onEnd: () => undefined,
          onViolation: (error) => violations.push(error),
        });
        const body = encoder.encode(chosen.join('\n'));
        const header = encoder.encode(HEADER);
        const text = isHeaderChanged
          ? decoder.decode(mutated(header, changes)) + chosen.join('')
          : HEADER + decoder.decode(mutated(body, changes));
        for (const piece of cut(encoder.encode(text), sizes)) parser.write(decoder.decode(piece));
        expect(violations.length).toBeLessThanOrEqual(1);
        expect(late).toBe(0);
        for (const violation of violations) expect(violation).toBeInstanceOf(ComponentError);
        if (changes.length === 0) expect(delivered).toHaveLength(chosen.length);
      },
    ),
    { numRuns: 1_500 },
  );
});

/** Reads with limits that do not matter here. */
function read(text: string): { delivered: Element[]; dropped: number; repaired: number; violations: number } {
  const seen = { delivered: [] as Element[], dropped: 0, repaired: 0, violations: 0 };
  const parser = new GuardedParser(DEFAULT_PARSER_LIMITS, {
    onElement: (element) => seen.delivered.push(element),
    onDropped: () => (seen.dropped += 1),
    onRepaired: () => (seen.repaired += 1),
    onEnd: () => undefined,
    onViolation: () => (seen.violations += 1),
  });
  parser.write(text);
  return seen;
}

const GOOD = `<message from='good@x' to='gw.test'><body>good</body></message>`;

test('what has an end is delivered, repaired or read over, and the next good stanza is delivered', () => {
  const char = fc.oneof(
    fc.integer({ min: 0, max: 0x20 }).map((code) => String.fromCharCode(code)),
    fc.constantFrom(...Array.from('ab:=/&;#x1]!?-\u{fffe}\u{ffff}\u{1f600}é')),
  );
  const junk = fc.string({ unit: char, maxLength: 12 });
  const piece = fc.oneof(
    junk,
    junk.map((text) => `&${text};`),
    junk.map((text) => `<!--${text}-->`).filter((text) => text.indexOf('-->') === text.length - 3),
    junk.map((text) => `<?${text}?>`).filter((text) => text.indexOf('?>') === text.length - 2),
    junk.map((text) => `<![CDATA[${text}>]]>`),
    fc
      .tuple(junk, junk)
      .map(([name, value]) => `<a ${name.replaceAll(/[\s/=&]/g, '')}n="${value}">${value}</a>`),
    fc.tuple(junk, junk).map(([a, b]) => `<p:a xmlns:p="${a}" xmlns="${b}" q:b='${a}' b='' b=''/>`),
  );
  fc.assert(
    fc.property(fc.array(piece, { minLength: 1, maxLength: 6 }), (pieces) => {
      const bad = `<message from='bad@x' to='gw.test'>${pieces.join('')}</message>`;
      const { delivered, dropped, violations } = read(`${HEADER}${bad}${GOOD}`);
      expect(violations).toBe(0);
      expect(delivered.length + dropped).toBe(2);
      expect(delivered.at(-1)?.attrs.from).toBe('good@x');
      // What came through can be written, and says the same again.
      for (const element of delivered) expect(() => readStrictly(element.toString())).not.toThrow();
    }),
    { numRuns: 3_000 },
  );
});

test('a strict parser and ours agree on every changed stanza, but for what was repaired', () => {
  const plain = (element: Element): StrictElement => ({
    name: element.name,
    // The strict parser leaves out spaces around the name of a namespace.
    uri: (element.getNS() ?? '').trim(),
    attrs: Object.fromEntries(Object.entries(element.attrs).filter(([name]) => name !== 'xmlns')),
    children: merged(element.children.map((child) => (typeof child === 'string' ? child : plain(child)))),
  });
  const unprefixed = ({ name, uri, attrs, children }: StrictElement): StrictElement => ({
    name,
    uri,
    attrs: Object.fromEntries(
      Object.entries(attrs)
        .filter(([key]) => !key.includes(':') || key.startsWith('xml:'))
        .map(([key, value]) => [key, value.replaceAll(/[\t\r\n]/g, ' ')]),
    ),
    children: children.map((child) => (typeof child === 'string' ? child : unprefixed(child))),
  });
  fc.assert(
    fc.property(fc.constantFrom(...stanzas), mutations, (stanza, changes) => {
      const text = decoder.decode(mutated(encoder.encode(stanza), changes));
      const { delivered, repaired } = read(HEADER + text);
      let strict: StrictElement | undefined;
      try {
        strict = readStrictly(`<stream xmlns='jabber:component:accept'>${text}</stream>`);
      } catch {
        // It refuses: ours has delivered what came before the fault, or has repaired it.
      }
      if (strict !== undefined) {
        const found = strict.children.filter((child) => typeof child !== 'string').map(unprefixed);
        const isRestricted = /<[!?]/.test(text.replaceAll('<![CDATA[', ''));
        const isBetween = strict.children.some((child) => typeof child === 'string' && child.trim() !== '');
        if (!isRestricted && !isBetween) expect(delivered.map(plain)).toEqual(found);
      } else if (repaired === 0 && delivered.length > 0) {
        // At least what was delivered is well-formed.
        for (const element of delivered) readStrictly(element.toString());
      }
    }),
    { numRuns: 3_000 },
  );
});

function merged(children: readonly (StrictElement | string)[]): (StrictElement | string)[] {
  const result: (StrictElement | string)[] = [];
  for (const child of children) {
    const last = result.at(-1);
    if (typeof child === 'string' && typeof last === 'string') result.splice(-1, 1, last + child);
    else result.push(child);
  }
  return result;
}

test('what is built of any text can be sent, and is read as one stanza', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary', maxLength: 80 }),
      fc.string({ unit: 'binary', maxLength: 80 }),
      (text, attribute) => {
        const stanza = xml(
          'message',
          { from: 'gw.test', to: 'a@x', id: attribute },
          xml('body', {}, text),
          xml('x', { xmlns: 'urn:x', a: attribute }, text),
        );
        const wire = new StanzaSerializer('gw.test').serialize(stanza).text;
        const delivered: Element[] = [];
        const parser = new GuardedParser(limits, {
          onElement: (element) => delivered.push(element),
          onEnd: () => undefined,
          onViolation: (error) => {
            throw error;
          },
        });
        parser.write(HEADER + wire);
        parser.write(' ');
        expect(delivered).toHaveLength(1);
        const answer = errorReply(delivered[0] ?? stanza, 'modify', 'bad-request', text);
        expect(answer?.attrs.type).toBe('error');
      },
    ),
    { numRuns: 500 },
  );
});

/** What `xml` may be given: any text, any attribute, children of any depth, parts of what was received. */
const received = fc.constantFrom(...stanzas).map((text) => readOne(text));
const names = fc.constantFrom('a', 'body', 'x-1', '_y', 'constructor', '__proto__');
const wild = fc.string({
  unit: fc.oneof(
    fc.nat(0xffff).map((unit) => String.fromCharCode(unit)),
    fc.constantFrom(...Array.from('<>&"\']]>\n\r\t')),
  ),
});
const attributes = fc.dictionary(fc.constantFrom('id', 'from', 'type', 'xml:lang', 'a.b'), wild, {
  maxKeys: 4,
});
const { element } = fc.letrec<{ element: Element; child: Child }>((tie) => ({
  element: fc
    .tuple(
      names,
      attributes,
      fc.option(fc.constantFrom('urn:x', '')),
      fc.array(tie('child'), { maxLength: 4 }),
    )
    .map(([name, attrs, xmlns, children]) => xml(name, { ...attrs, xmlns: xmlns ?? undefined }, children)),
  child: fc.oneof(
    { maxDepth: 4 },
    wild,
    fc.nat(),
    fc.constant(undefined),
    received,
    received.map((stanza) => stanza.getChildElements()),
    tie('element'),
  ),
}));

function readOne(text: string): Element {
  const found: Element[] = [];
  const parser = new GuardedParser(limits, {
    onElement: (stanza) => found.push(stanza),
    onEnd: () => undefined,
    onViolation: (error) => {
      throw error;
    },
  });
  parser.write(`${HEADER}${text} `);
  const [stanza] = found;
  if (stanza === undefined) throw new Error(`no stanza: ${text}`);
  return stanza;
}

/** What a parser has to make of an element; text pieces joined, ends of lines normalised. */
function expected({ name, attrs, children }: Element, above: string): StrictElement {
  const uri = attrs.xmlns ?? above;
  const rest = Object.fromEntries(Object.entries(attrs).filter(([key]) => key !== 'xmlns'));
  const read: (StrictElement | string)[] = [];
  for (const child of children) {
    const last = read.at(-1);
    if (typeof child !== 'string') read.push(expected(child, uri));
    else if (typeof last === 'string') read.splice(-1, 1, last + child);
    else read.push(child);
  }
  return {
    name,
    uri,
    attrs: rest,
    children: read.map((child) => (typeof child === 'string' ? child.replace(/\r\n?/g, '\n') : child)),
  };
}

test('whatever the builder makes, a strict parser reads as just that', () => {
  fc.assert(
    fc.property(element, (built) => {
      expect(readStrictly(built.toString())).toEqual(expected(built, ''));
    }),
    { numRuns: 1_500 },
  );
});

test('parts of received stanzas keep their meaning in another one', () => {
  fc.assert(
    fc.property(received, fc.constantFrom(undefined, 'urn:x', 'jabber:component:accept'), (stanza, xmlns) => {
      const { children } = readStrictly(xml('message', { xmlns }, stanza.getChildElements()).toString());
      const spaces = children.map((child) => (typeof child === 'string' ? child : child.uri));
      const stream = 'jabber:component:accept';
      expect(spaces).toEqual(
        stanza
          .getChildElements()
          .map((child) =>
            child.getNS() === stream ? (xmlns === 'urn:x' ? stream : (xmlns ?? '')) : child.getNS(),
          ),
      );
    }),
    { numRuns: 200 },
  );
});
