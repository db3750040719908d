import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_MASK_LENGTH, matchesMask, type MaskSubject } from '../../src/silc/masks.js';

const alice: MaskSubject = {
  nickname: 'Alice',
  server: 'silc.test',
  username: 'al',
  hostname: 'host.example',
};

describe('a mask', () => {
  it.each([
    ['Alice', true],
    ['alice', false],
    ['Alic', false],
    ['Alices', false],
    ['*', true],
    ['A*', true],
    ['*ce', true],
    ['A*i*e', true],
    ['?????', true],
    ['??????', true],
    ['????', false],
    ['Al?ice', true],
    ['?A?l?i?c?e?', true],
    ['Alice!al@host.example', true],
    ['Alice!*@*', true],
    ['*!*@*.example', true],
    ['*!bob@*', false],
    ['Alice@silc.test!al@host.example', true],
    ['*@silc.test!*@*', true],
    ['*@other.test!*@*', false],
    ['Bob,Alice', true],
    ['Bob,Carol', false],
    ['', false],
    ['A.ice', false],
    ['(Alice)', false],
    ['[A-Z]lice', false],
    ['Alice|Bob', false],
    ['Al\\*', false],
  ])('%s names Alice: %s', (mask, expected) => {
    expect(matchesMask(mask, alice)).toBe(expected);
  });

  it('agrees with a matcher that tries every way', () => {
    const symbols = fc.constantFrom('a', 'b', '*', '?');
    const letters = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 8 });
    fc.assert(
      fc.property(fc.string({ unit: symbols, maxLength: 7 }), letters, (mask, nickname) => {
        // The other subjects contain characters that no mask here has: only the wildcard alone spans them.
        const subject = { ...alice, nickname };
        const texts = [nickname, `${nickname}!al@host.example`, `${nickname}@silc.test!al@host.example`];
        expect(matchesMask(mask, subject)).toBe(texts.some((text) => tryAll(mask, text)));
      }),
      { numRuns: 2_000 },
    );
  });

  it('that is made to be slow is not', () => {
    const nickname = 'a'.repeat(128);
    const subject = { nickname, server: 'a'.repeat(64), username: nickname, hostname: 'a'.repeat(64) };
    const nasty = ['*a', '?', 'a*', '*', '?*a', 'a?*'].map(
      (part) => `${part.repeat(Math.floor((MAX_MASK_LENGTH - 1) / part.length))}b`,
    );
    // A matcher with backtracking would not come back from these.
    for (let round = 0; round < 20; round++) {
      for (const mask of nasty) expect(matchesMask(mask, subject)).toBe(false);
    }
  });
});

function tryAll(mask: string, text: string): boolean {
  const [first = ''] = mask;
  if (mask === '') return text === '';
  const rest = mask.slice(1);
  if (first === '*') return tryAll(rest, text) || (text !== '' && tryAll(mask, text.slice(1)));
  if (first === '?') return tryAll(rest, text) || (text !== '' && tryAll(rest, text.slice(1)));
  return text.startsWith(first) && tryAll(rest, text.slice(1));
}
