import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromHex, toHex, utf8 } from '../../../src/silc/bytes.js';
import { SilcError } from '../../../src/silc/errors.js';
import { fragmentInfo, fragmentMime, MimeAssembler } from '../../../src/silc/messages/mime-fragments.js';
import {
  encodeMime,
  mimeField,
  multipartMime,
  parseMime,
  type MimeEntity,
} from '../../../src/silc/messages/mime.js';
import { comparable } from '../../support/comparable.js';
import { withCode } from '../../support/silc-error.js';
import { octets } from '../../support/silc-arbitraries.js';

const token = fc.stringMatching(/^[A-Za-z][A-Za-z0-9-]{0,15}$/);
const entities: fc.Arbitrary<MimeEntity> = fc.record({
  fields: fc.array(fc.record({ name: token.map((name) => `X-${name}`), value: token }), {
    minLength: 1,
    maxLength: 5,
  }),
  body: octets(0, 300),
});

describe('MIME entities', () => {
  test('come back as they were written', () => {
    fc.assert(
      fc.property(entities, (entity) => {
        expect(comparable(parseMime(encodeMime(entity)))).toEqual(comparable(entity));
      }),
    );
  });

  test('are read or refused by a SilcError, whatever the octets', () => {
    const odd = fc.constantFrom(
      '\r\n',
      ':',
      'Content-Type: multipart/mixed; boundary=x',
      '--x',
      '--',
      'message/partial;',
      ' ',
      '"',
      'a',
    );
    const texts = fc.oneof(
      fc.array(odd, { maxLength: 40 }).map((parts) => utf8(parts.join(''))),
      octets(0, 200),
    );
    fc.assert(
      fc.property(texts, (random) => {
        try {
          fragmentInfo(parseMime(random));
        } catch (error) {
          expect(error).toBeInstanceOf(SilcError);
        }
      }),
      { numRuns: 3000 },
    );
  });

  test('find a field whatever its case', () => {
    expect(mimeField(parseMime(utf8('content-TYPE: \ttext/plain\r\n\r\nx')), 'Content-Type')).toBe(
      'text/plain',
    );
  });

  test.each(['Broken\r\n\r\nx', 'Name:\r\n\r\nx', 'Name: \t\r\n\r\nx', ': value\r\n\r\n', '\r\n\r\n'])(
    'with the header %j are refused',
    (text) => {
      expect(() => parseMime(utf8(text))).toThrow(withCode('malformed'));
    },
  );

  test('of many parts have them all, with and without quotes', () => {
    for (const boundary of ['AbC', '"AbC"']) {
      const entity = parseMime(
        utf8(
          `Content-Type: multipart/mixed; boundary=${boundary}\r\n\r\n` +
            '--AbC\r\nContent-Type: text/plain\r\n\r\none\r\n--AbC\r\nContent-Type: text/html\r\n\r\n<b>\r\n--AbC--\r\n',
        ),
      );
      expect(entity.parts?.map((part) => [mimeField(part, 'Content-Type'), toHex(part.body)])).toEqual([
        ['text/plain', toHex(utf8('one'))],
        ['text/html', toHex(utf8('<b>'))],
      ]);
    }
  });

  test('nested or wide beyond sense are refused', () => {
    const nested = (depth: number): string =>
      depth === 0
        ? 'x'
        : `Content-Type: multipart/mixed; boundary=b${depth}\r\n\r\n--b${depth}\r\n${nested(depth - 1)}\r\n--b${depth}--`;
    expect(parseMime(utf8(nested(3))).parts).toHaveLength(1);
    expect(() => parseMime(utf8(nested(6)))).toThrow(withCode('limit'));
    const wide = `Content-Type: multipart/mixed; boundary=b\r\n\r\n${'--b\r\nx\r\n'.repeat(100)}--b--`;
    expect(() => parseMime(utf8(wide))).toThrow(withCode('limit'));
    expect(() => parseMime(utf8('A: b\r\n'.repeat(100)))).toThrow(withCode('limit'));
  });

  test('have a boundary of at most 70 characters, since it is looked for at every octet', () => {
    const entity = (boundary: string): Uint8Array =>
      utf8(
        `Content-Type: multipart/mixed; boundary=${boundary}\r\n\r\n--${boundary}\r\n\r\none\r\n--${boundary}--\r\n`,
      );
    expect(parseMime(entity('b'.repeat(70))).parts).toHaveLength(1);
    expect(() => parseMime(entity('b'.repeat(71)))).toThrow(withCode('limit'));
    const part = { fields: [], body: utf8('one') };
    expect(() => encodeMime(multipartMime('mixed', 'b'.repeat(71), [part]))).toThrow(withCode('limit'));
  });

  test('have a boundary that ends with its quotes, whatever control characters follow', () => {
    const octets = utf8('Content-Type: multipart/mixed; boundary="b"\r"\r\n\r\n--b\r\n\r\none\r\n--b--\r\n');
    expect(parseMime(octets).parts).toHaveLength(1);
  });

  test('cannot be written with line ends in a field', () => {
    const body = new Uint8Array(0);
    for (const field of [
      { name: 'X', value: 'a\r\nY: b' },
      { name: 'X\n', value: 'a' },
      { name: 'X:', value: 'a' },
      { name: '', value: 'a' },
      { name: 'X', value: '' },
    ]) {
      expect(() => encodeMime({ fields: [field], body })).toThrow(withCode('usage'));
    }
  });
});

describe('MIME fragments', () => {
  const encoded = encodeMime({
    fields: [{ name: 'Content-Type', value: 'image/png' }],
    body: Uint8Array.from({ length: 5000 }, (_, i) => i & 0xff),
  });

  test('are put together in any order, and may come twice', () => {
    const fragments = fragmentMime(encoded, 700, 'id@host').map(parseMime);
    expect(fragments.length).toBeGreaterThan(5);
    const orders = fc.shuffledSubarray(fragments, { minLength: fragments.length });
    fc.assert(
      fc.property(orders, fc.nat(fragments.length - 1), (order, twice) => {
        const assembler = new MimeAssembler();
        const again = order.slice(0, -1)[twice];
        const results = [
          ...order.slice(0, -1),
          ...(again === undefined ? [] : [again]),
          ...order.slice(-1),
        ].map((one) => assembler.add(one));
        const whole = results.pop();
        expect(results.every((result) => result === undefined)).toBe(true);
        expect(whole && toHex(encodeMime(whole))).toBe(toHex(encoded));
        expect(assembler.octets).toBe(0);
      }),
    );
  });

  test('that fit stay whole, and an entity that is none passes', () => {
    expect(fragmentMime(encoded, encoded.length, 'id')).toEqual([encoded]);
    const entity = parseMime(encoded);
    expect(new MimeAssembler().add(entity)).toBe(entity);
  });

  test('that never become complete cost bounded memory', () => {
    const assembler = new MimeAssembler({ octets: 10_000, messages: 4 });
    for (let i = 0; i < 200; i++) {
      for (const fragment of fragmentMime(encoded, 1000, `id${i}`).slice(0, -1)) {
        expect(assembler.add(parseMime(fragment))).toBeUndefined();
        expect(assembler.octets).toBeLessThanOrEqual(10_000);
      }
    }
    expect(assembler.octets).toBeGreaterThan(0);
  });

  test.each([
    'message/partial; number=1',
    'message/partial; id=x',
    'message/partial; id=x; number=0',
    'message/partial; id=x; number=3; total=2',
    'message/partial; id=x; number=1; total=100000',
    'message/partial; id=x; number=999',
  ])('with the type %s are refused', (value) => {
    const entity = { fields: [{ name: 'Content-Type', value }], body: fromHex('00') };
    expect(() => new MimeAssembler().add(entity)).toThrow(withCode('malformed'));
  });

  test('are not made in greater number than receivers take', () => {
    expect(() => fragmentMime(encoded, 10, 'id')).toThrow(withCode('limit'));
  });
});
