import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { utf8 } from '../../../src/silc/bytes.js';
import { SilcError } from '../../../src/silc/errors.js';
import { CodePointMap, CodePointSet } from '../../../src/silc/stringprep/code-points.js';
import { prepareChannelName, prepareHost, prepareNickname } from '../../../src/silc/stringprep/index.js';

const badString: unknown = expect.objectContaining({ name: 'SilcError', code: 'bad-string' });
const profiles = [prepareNickname, prepareHost, prepareChannelName];

describe('every profile', () => {
  test.each([
    ['Straße', 'strasse'],
    ['ALICE', 'alice'],
    ['ﬁx', 'fix'],
    ['Ａｂ１', 'ab1'],
    ['ς', 'σ'],
    ['İ', 'i̇'],
    ['so\u00adft', 'soft'],
    ['e\u0301', 'é'],
    ['#+=<>$%&\'";:._-[]{}|\\^~`', '#+=<>$%&\'";:._-[]{}|\\^~`'],
    ['日本語', '日本語'],
    ['\u{2f868}', '\u{2136a}'], // corrected after Unicode 3.2
    ['x²', 'x2'],
  ])('prepares %j as %j', (text, prepared) => {
    for (const prepare of profiles) expect(prepare(text)).toBe(prepared);
  });

  test('the short way for plain names says what the long one says, which a soft hyphen leads to', () => {
    const plain = fc.stringMatching(/^[a-z0-9]{1,100}$/);
    fc.assert(
      fc.property(plain, (name) => {
        for (const prepare of profiles) {
          expect(prepare(name)).toBe(name);
          expect(prepare(`${name}\u00ad`)).toBe(name);
        }
      }),
    );
  });

  test.each([
    ['nothing', ''],
    ['a blank', 'a b'],
    ['a control character', 'a\u0007b'],
    ['a NUL', 'a\0b'],
    ['a no-break space', 'a\u00a0b'],
    ['a line separator', 'a\u2028b'],
    ['an emoji', '😀'],
    ['a currency sign', '€'],
    ['a letter that came after Unicode 3.2', 'STRAẞE'],
    ['a letter that came after Unicode 3.2 and decomposes today', '\u{1f1e6}'],
    ['a private use character', '\ue000'],
    ['a direction mark', 'a\u200eb'],
    ['a tag character', 'a\u{e0041}b'],
    ['a lone surrogate', 'a\ud800'],
    ['only invisible characters', '\u00ad\u200b'],
  ])('refuses %s', (_, text) => {
    for (const prepare of profiles) expect(() => prepare(text)).toThrow(badString);
  });

  test('gives a prepared text or a typed error for every text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
        for (const prepare of profiles) {
          try {
            expect(prepare(text)).not.toBe('');
          } catch (error) {
            expect(error).toBeInstanceOf(SilcError);
          }
        }
      }),
      { numRuns: 1000 },
    );
  });

  test('prepares a prepared text to itself', () => {
    const characters = fc.string({
      unit: fc.constantFrom(...Array.from('aZ9äÄßİςﬁＡé日한#.-_ıΩ²Ⅳ\u00ad')),
      minLength: 1,
    });
    fc.assert(
      fc.property(characters, (text) => {
        fc.pre(utf8(text).length <= 40 && text.replaceAll('\u00ad', '') !== '');
        const once = prepareNickname(text);
        expect(prepareNickname(once)).toBe(once);
      }),
    );
  });
});

test.each(['!', '*', ',', '?', '@'])('%s is legal in channel names only', (character) => {
  const text = `A${character}b`;
  expect(prepareChannelName(text)).toBe(`a${character}b`);
  expect(() => prepareNickname(text)).toThrow(badString);
  expect(() => prepareHost(text)).toThrow(badString);
});

test.each([
  ['nickname', prepareNickname, 128],
  ['host name', prepareHost, 256],
  ['channel name', prepareChannelName, 256],
] as const)('the length of a %s is counted in octets before preparation', (_, prepare, limit) => {
  expect(prepare('a'.repeat(limit))).toHaveLength(limit);
  expect(() => prepare('a'.repeat(limit + 1))).toThrow(badString);
  expect(prepare('ä'.repeat(limit / 2))).toHaveLength(limit / 2);
  expect(() => prepare(`${'ä'.repeat(limit / 2)}a`)).toThrow(badString);
  expect(() => prepare(`${'a'.repeat(limit)}\u00ad`)).toThrow(badString);
  expect(() => prepare('a'.repeat(10_000_000))).toThrow(badString);
});

test('a text that doubles by preparation is refused', () => {
  // U+FDF4 has three octets and becomes four letters of two octets each.
  expect(() => prepareNickname('\ufdf4')).toThrow(badString);
  expect(prepareNickname('aaaaaaaa\ufdf4')).toBe('aaaaaaaaمحمد');
});

test('a set of code points is searched right at the borders of its ranges', () => {
  const set = new CodePointSet('10-20 5', '21-22 30 7-8');
  const inside = Array.from({ length: 0x40 }, (_, i) => i).filter((codePoint) => set.has(codePoint));
  const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);
  expect(inside).toEqual([5, 7, 8, ...range(0x10, 0x22), 0x30]);
  expect(set.meets('\u0006')).toBe(false);
  expect(set.meets('a\u0005')).toBe(true);
});

test('a map of code points covers runs and every second one', () => {
  const map = new CodePointMap('41-43=61 100/104=101', 'df=73.73');
  expect(map.apply('ABCD\u0100\u0101\u0102\u0103\u0104ß😀')).toBe('abcD\u0101\u0101\u0103\u0103\u0105ss😀');
});
