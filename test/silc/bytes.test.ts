import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  concat,
  constantTimeEqual,
  copyOf,
  equalBytes,
  fromHex,
  fromUtf8,
  Reader,
  stripLeadingZeros,
  toHex,
  utf8,
  wipe,
  Writer,
} from '../../src/silc/bytes.js';
import { withCode } from '../support/silc-error.js';
import { octets, text, u16, u32, u8 } from '../support/silc-arbitraries.js';

test('what is read of a Buffer is no Buffer: its slices are copies', () => {
  const buffer = Buffer.from([0, 2, 7, 8]);
  const kept = new Reader(buffer).block16('field').slice();
  const copied = copyOf(buffer);
  buffer.fill(0);
  expect(kept).toEqual(Uint8Array.of(7, 8));
  expect(copied).toEqual(Uint8Array.of(0, 2, 7, 8));
});

describe('hex and text', () => {
  test('come back', () => {
    fc.assert(
      fc.property(octets(0, 50), (bytes) => {
        expect(fromHex(toHex(bytes))).toEqual(bytes);
        expect(fromHex(toHex(bytes).toUpperCase())).toEqual(bytes);
      }),
    );
    fc.assert(
      fc.property(text(), (value) => {
        expect(fromUtf8(utf8(value))).toBe(value);
      }),
    );
  });

  test.each(['0', 'zz', '0g', ' 00', '0x'])('of "%s" is not hex', (value) => {
    expect(() => fromHex(value)).toThrow(withCode('malformed'));
  });

  test.each(['ff', 'c080', 'eda080', 'e282', 'f4908080'])('of octets %s is not UTF-8', (hex) => {
    expect(() => fromUtf8(fromHex(hex), 'name')).toThrow(withCode('malformed'));
  });

  test('keeps a byte order mark, which is a character', () => {
    expect(fromUtf8(fromHex('efbbbf61'))).toBe('\ufeffa');
  });
});

describe('octets', () => {
  test('are joined, compared, stripped and wiped', () => {
    fc.assert(
      fc.property(octets(0, 20), octets(0, 20), (a, b) => {
        const both = concat(a, b);
        expect([...both]).toEqual([...a, ...b]);
        expect(equalBytes(a, b)).toBe(toHex(a) === toHex(b));
        expect(constantTimeEqual(a, b)).toBe(toHex(a) === toHex(b));
        expect(constantTimeEqual(both, Uint8Array.from(both))).toBe(true);
        expect(toHex(stripLeadingZeros(both))).toBe(toHex(both).replace(/^(00)+/, ''));
        wipe(both, undefined);
        expect(both.every((octet) => octet === 0)).toBe(true);
      }),
    );
  });
});

describe('the reader and the writer', () => {
  test('agree on every field', () => {
    fc.assert(
      fc.property(u8, u16, u32, fc.bigInt(0n, 2n ** 64n - 1n), octets(0, 100), text(), (a, b, c, d, e, f) => {
        const bytes = new Writer(1)
          .u8(a)
          .u16(b)
          .u32(c)
          .u64(d)
          .block16(e)
          .block32(e)
          .text16(f)
          .bytes(e)
          .finish();
        const reader = new Reader(bytes);
        expect([reader.u8('a'), reader.u16('b'), reader.u32('c'), reader.u64('d')]).toEqual([a, b, c, d]);
        expect(reader.block16('e')).toEqual(e);
        expect(reader.block32('e', 100)).toEqual(e);
        expect(reader.text16('f')).toBe(f);
        expect(reader.rest()).toEqual(e);
        reader.end('all');
        expect(reader.offset).toBe(bytes.length);
      }),
    );
  });

  test('stop at the end and name the field', () => {
    const reader = new Reader(fromHex('0001ff'));
    reader.u8('first');
    expect(() => reader.u32('count')).toThrow(/count: 4 octets wanted, 2 left/);
    expect(reader.remaining).toBe(2);
    expect(() => reader.end('payload')).toThrow(withCode('malformed'));
  });

  test('refuse a block whose length lies, before they take it', () => {
    expect(() => new Reader(fromHex('ffff00')).block16('name')).toThrow(withCode('malformed'));
    expect(() => new Reader(fromHex('0005aabbccddee')).block16('name', 4)).toThrow(withCode('limit'));
    expect(() => new Reader(fromHex('ffffffff00')).block32('key', 1000)).toThrow(withCode('limit'));
  });

  test.each([
    ['u8', 256],
    ['u8', -1],
    ['u16', 65536],
    ['u16', 1.5],
    ['u32', 2 ** 32],
    ['u32', Number.NaN],
  ] as const)('do not write with %s what it cannot hold: %d', (method, value) => {
    expect(() => new Writer()[method](value)).toThrow(withCode('usage'));
  });
});
