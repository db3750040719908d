import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concat, utf8, Writer } from '../../../src/silc/bytes.js';
import { SilcError } from '../../../src/silc/errors.js';
import {
  canonicalPublicKey,
  decodePublicKey,
  encodePublicKey,
  formatIdentifier,
  parseIdentifier,
  sharedPublicKey,
  type KeyIdentifier,
} from '../../../src/silc/crypto/public-key.js';
import { testKey } from './support.js';

const { numbers } = testKey('k1024v1');
const key = encodePublicKey({ UN: 'alice', HN: 'host', RN: 'Alice' }, numbers);
const code = (value: string): unknown => expect.objectContaining({ name: 'SilcError', code: value });

/** A blob of any parts, with the right total length. */
function blob(algorithm: string, identifier: Uint8Array, e: Uint8Array, n: Uint8Array): Uint8Array {
  const body = new Writer().text16(algorithm).block16(identifier).block32(e).block32(n).finish();
  return concat(new Writer(4).u32(body.length).finish(), body);
}

describe('an identifier', () => {
  const value = fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
    .filter((text) => !text.endsWith('\\'));
  const arbitrary: fc.Arbitrary<KeyIdentifier> = fc.record(
    { UN: value, HN: value, RN: value, E: value, O: value, C: value, V: fc.constantFrom('1', '2', '3') },
    { requiredKeys: ['UN', 'HN'] },
  );

  test('survives being written and read, commas and backslashes included', () => {
    fc.assert(
      fc.property(arbitrary, (identifier) => {
        expect(parseIdentifier(formatIdentifier(identifier))).toEqual(identifier);
      }),
    );
  });

  test('keeps an escaped comma inside its value', () => {
    const text = 'UN=a, HN=b, O=Foo\\, Inc., C=FI';
    expect(parseIdentifier(text)).toEqual({ UN: 'a', HN: 'b', O: 'Foo, Inc.', C: 'FI' });
    expect(formatIdentifier({ UN: 'a', HN: 'b', O: 'Foo, Inc.', C: 'FI' })).toBe(text);
  });

  test('loses unknown fields, and the last of a repeated one counts', () => {
    expect(parseIdentifier('X=1, UN=a, HN=b, , un=c, HN=d')).toEqual({ UN: 'a', HN: 'd' });
  });

  test.each(['', 'UN=a', 'HN=b', 'UN=, HN=b', 'UN=a, HN=b, V=10', 'UN=a, HN=b, V=x', 'UN=a, HN=b, V='])(
    '%j is refused',
    (text) => {
      expect(() => parseIdentifier(text)).toThrow(code('malformed'));
    },
  );

  test('that cannot be written unambiguously is refused', () => {
    expect(() => formatIdentifier({ UN: 'a\\', HN: 'b' })).toThrow(code('bad-string'));
    expect(() => formatIdentifier({ UN: '', HN: 'b' })).toThrow(code('bad-string'));
    expect(() => formatIdentifier({ UN: 'a', HN: 'b', V: '10' })).toThrow(code('bad-string'));
  });

  test('of the longest size is read in one pass', () => {
    expect(() => parseIdentifier('\\,'.repeat(32_000))).toThrow(code('malformed'));
    expect(() => parseIdentifier(','.repeat(65_000))).toThrow(code('malformed'));
  });
});

describe('a public key', () => {
  test('survives being encoded and decoded', () => {
    expect(decodePublicKey(key.encoded)).toEqual(key);
    expect(canonicalPublicKey(key)).toEqual(key);
    expect(key.version).toBe(1);
    expect(encodePublicKey({ UN: 'a', HN: 'b', V: '2' }, numbers).version).toBe(2);
  });

  test('keeps the octets that came, and its own copy of them', () => {
    const came = blob('rsa', utf8('HN=host,UN=alice'), numbers.e, concat(Uint8Array.of(0), numbers.n));
    const copy = came.slice();
    const decoded = decodePublicKey(came);
    came.fill(0);
    expect(decoded.encoded).toEqual(copy);
    expect(decoded.numbers.n).toEqual(numbers.n);
    expect(canonicalPublicKey(decoded)).toEqual(encodePublicKey({ UN: 'alice', HN: 'host' }, numbers));

    const buffer = Buffer.from(copy);
    const decodedBuffer = decodePublicKey(buffer);
    buffer.fill(0);
    expect(decodedBuffer).toEqual(decoded);
  });

  test('cut at any place, or with octets behind, is refused with a typed error', () => {
    for (let length = 0; length < key.encoded.length; length++) {
      expect(() => decodePublicKey(key.encoded.subarray(0, length)), `${length}`).toThrow(SilcError);
    }
    expect(() => decodePublicKey(concat(key.encoded, Uint8Array.of(0)))).toThrow(SilcError);
  });

  test('cut at any place with a length that agrees is refused too', () => {
    for (let length = 4; length < key.encoded.length; length++) {
      const body = key.encoded.subarray(4, length);
      const cut = concat(new Writer(4).u32(body.length).finish(), body);
      expect(() => decodePublicKey(cut), `${length}`).toThrow(SilcError);
    }
  });

  test('of any octets gives a key or a typed error', () => {
    const mutated = fc
      .array(fc.tuple(fc.nat(key.encoded.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 })
      .map((changes) => {
        const out = key.encoded.slice();
        for (const [at, octet] of changes) out[at] = octet;
        return out;
      });
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 300 }), mutated), (octets) => {
        try {
          expect(decodePublicKey(octets).encoded).toEqual(octets);
        } catch (error) {
          expect(error).toBeInstanceOf(SilcError);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('with another algorithm, text that is not UTF-8 or numbers out of range is refused', () => {
    const name = utf8('UN=a, HN=b');
    const { n, e } = numbers;
    const even = n.slice();
    even[even.length - 1] = 2;
    const unsupported = (message: string): unknown =>
      expect.objectContaining({ code: 'unsupported', message });
    expect(() => decodePublicKey(blob('dss', name, e, n))).toThrow(
      unsupported('public key algorithm dss is not supported'),
    );
    expect(() => decodePublicKey(blob('\u001b[2J', name, e, n))).toThrow(
      unsupported('public key algorithm is not supported'),
    );
    expect(() => decodePublicKey(blob('rsa', Uint8Array.of(0x55, 0xff), e, n))).toThrow(code('malformed'));
    expect(() => decodePublicKey(blob('rsa', name, e, n.subarray(40)))).toThrow(code('limit'));
    expect(() => decodePublicKey(blob('rsa', name, e, even))).toThrow(code('limit'));
    expect(() => decodePublicKey(blob('rsa', name, n, n))).toThrow(code('limit'));
    expect(() => decodePublicKey(blob('rsa', name, new Uint8Array(0), n))).toThrow(code('limit'));
    expect(() => decodePublicKey(blob('rsa', name, Uint8Array.of(1), n))).toThrow(code('limit'));
    expect(() => decodePublicKey(blob('rsa', name, e, new Uint8Array(3000).fill(255)))).toThrow(
      code('limit'),
    );
    expect(() => encodePublicKey({ UN: 'a', HN: 'b' }, { n: even, e })).toThrow(code('limit'));
  });
});

describe('a key that many connections meet', () => {
  test('is one object, whoever decodes it', () => {
    const shared = sharedPublicKey(key.encoded.slice());
    expect(shared).toEqual(decodePublicKey(key.encoded));
    expect(sharedPublicKey(key.encoded.slice())).toBe(shared);
  });

  test('is told from any other, however little they differ', () => {
    const other = encodePublicKey({ ...key.identifier, UN: `${key.identifier.UN}x` }, key.numbers);
    expect(sharedPublicKey(other.encoded)).not.toBe(sharedPublicKey(key.encoded));
    expect(sharedPublicKey(other.encoded).identifier.UN).toBe(other.identifier.UN);
  });

  test('is refused as ever, and nothing of it stays', () => {
    const broken = key.encoded.slice(0, -1);
    for (let i = 0; i < 2; i++) expect(() => sharedPublicKey(broken)).toThrow(SilcError);
  });

  test('is kept for a bounded number of them', () => {
    const first = sharedPublicKey(key.encoded);
    for (let i = 0; i < 40; i++) {
      const { encoded } = encodePublicKey({ ...key.identifier, UN: `user-${i}` }, key.numbers);
      sharedPublicKey(encoded);
    }
    expect(sharedPublicKey(key.encoded)).not.toBe(first);
    expect(sharedPublicKey(key.encoded)).toEqual(first);
  });
});
