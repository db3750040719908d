import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ComponentError } from '../../src/component/errors.js';
import {
  canonicalText,
  Jid,
  parseJid,
  prepareDomain,
  prepareLocal,
  prepareResource,
  tryParseJid,
} from '../../src/component/jid.js';

const malformed = expect.objectContaining({ code: 'jid-malformed' }) as unknown;

/** Text that is likely to move in preparation: letters with odd case, marks, compatibility forms, controls, emoji. */
const odd = fc.string({
  unit: fc.oneof(
    {
      weight: 3,
      arbitrary: fc.constantFrom(
        ...Array.from('aAzZ09-_.\\/@%! "&\':<>ßẞςΣıİſKéÅ﷼אبﬁ½㍿\u{301}\u{345}\u{fe0f}\u{200d}'),
      ),
    },
    fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
  ),
  maxLength: 20,
});

describe('parsing', () => {
  test.each([
    ['example', '', 'example', ''],
    ['a@example', 'a', 'example', ''],
    ['a@example/r', 'a', 'example', 'r'],
    ['example/r', '', 'example', 'r'],
    ['A@EXAMPLE.Org./R@x/y', 'a', 'example.org', 'R@x/y'],
    ['a@[::1]/r', 'a', '[::1]', 'r'],
    ['chan%net@gw/Nick Name', 'chan%net', 'gw', 'Nick Name'],
    ['nick!@gw', 'nick!', 'gw', ''],
    ['STRASSE\u{df}@b\u{fc}cher.example', 'strassess', 'b\u{fc}cher.example', ''],
    ['\u{3a3}\u{3c2}@gw/\u{212b}', '\u{3c3}\u{3c3}', 'gw', '\u{c5}'],
    ['x@exa\u{3002}mple', 'x', 'exa.mple', ''],
    ['\u{10a0}\u{13a0}\u{4c0}@gw', '\u{10a0}\u{13a0}\u{4c0}', 'gw', ''],
    ['x@gw/\u{1f468}\u{200d}\u{1f4bb}\u{fe0f}', 'x', 'gw', '\u{1f468}\u{1f4bb}'],
    ['\u{645}\u{631}\u{62d}\u{628}\u{627}@gw', '\u{645}\u{631}\u{62d}\u{628}\u{627}', 'gw', ''],
  ])('%j has the parts %j, %j, %j', (text, local, domain, resource) => {
    const parsed = parseJid(text);
    expect([parsed.local, parsed.domain, parsed.resource]).toEqual([local, domain, resource]);
    expect(parsed.bare).toBe(local === '' ? domain : `${local}@${domain}`);
    expect(parsed.full).toBe(resource === '' ? parsed.bare : `${parsed.bare}/${resource}`);
    expect(Jid.of(local, domain, resource).full).toBe(parsed.full);
  });

  test.each([
    ['', 'empty'],
    ['@gw', 'empty local part'],
    ['a@', 'empty domain'],
    ['gw/', 'empty resource'],
    ['a@/r', 'empty domain with resource'],
    ['a@b@gw', 'two at signs'],
    ['a b@gw', 'space'],
    ['a"@gw', 'quotation mark'],
    ["a'@gw", 'apostrophe'],
    ['a&@gw', 'ampersand'],
    ['a:@gw', 'colon'],
    ['a<@gw', 'less than'],
    ['a\u{0}@gw', 'NUL'],
    ['a@gw/\u{7}', 'control in the resource'],
    ['a@gw/\u{fffd}', 'replacement character'],
    ['a@gw/\u{e000}', 'private use'],
    ['a@gw/\ud800', 'lone surrogate'],
    ['a@gw/\u{202e}x', 'direction override'],
    ['a@gw/\u{e0067}', 'tag character'],
    ['\u{627}a@gw', 'mixed directions'],
    ['\u{627}1@gw', 'right-to-left text that does not end so'],
    ['\u{ad}@gw', 'nothing left after mapping'],
    ['\u{1f130}lice@gw', 'letter in a box, that newer tables turn into A'],
    ['\u{23a}@gw', 'capital newer than string preparation'],
    ['a@gw/\u{1d4c1}', 'mathematical letter newer than string preparation'],
    ['\u{2f868}@gw', 'ideograph whose normal form was corrected'],
    ['a@-gw', 'label with a leading hyphen'],
    ['a@g..w', 'empty label'],
    ['a@g w', 'space in the domain'],
    [`a@${'x'.repeat(64)}`, 'long label'],
  ])('%j is refused: %s', (text) => {
    expect(() => parseJid(text)).toThrow(malformed);
    expect(tryParseJid(text)).toBeUndefined();
  });

  test('a part may have 1023 octets and not one more', () => {
    for (const char of ['x', 'é', '漢']) {
      const width = new TextEncoder().encode(char).length;
      const fits = char.repeat(Math.floor(1023 / width));
      expect(prepareLocal(fits)).toBe(fits);
      expect(prepareResource(fits)).toBe(fits);
      expect(() => prepareLocal(fits + char)).toThrow(malformed);
      expect(() => prepareResource(fits + char)).toThrow(malformed);
    }
  });

  test('very long input is refused before it is worked on', () => {
    expect(() => parseJid('\u{fdfa}'.repeat(1_000_000))).toThrow(malformed);
    expect(() => prepareResource('\u{fdfa}'.repeat(1_000_000))).toThrow(malformed);
  });

  test('addresses that are none compare by their text', () => {
    expect(canonicalText('A@GW/r')).toBe('a@gw/r');
    expect(canonicalText('@')).toBe('@');
    expect(canonicalText(undefined)).toBe('');
  });

  test('every text is either refused with jid-malformed or has one canonical form that parses to itself', () => {
    fc.assert(
      fc.property(odd, odd, odd, (local, domain, resource) => {
        let parsed;
        try {
          parsed = parseJid(`${local}@${domain}/${resource}`);
        } catch (error) {
          expect(error).toBeInstanceOf(ComponentError);
          return;
        }
        expect(parseJid(parsed.full).full).toBe(parsed.full);
        expect(parseJid(parsed.bare).full).toBe(parsed.bare);
      }),
      { numRuns: 2000 },
    );
  });

  test.each([
    ['nodeprep', prepareLocal],
    ['resourceprep', prepareResource],
    ['nameprep', prepareDomain],
  ])('%s is idempotent', (_, prepare) => {
    fc.assert(
      fc.property(odd, (text) => {
        let once;
        try {
          once = prepare(text);
        } catch {
          return;
        }
        expect(prepare(once)).toBe(once);
      }),
      { numRuns: 2000 },
    );
  });
});
