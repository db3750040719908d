import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isolated } from '../../src/mapping/isolated.js';
import { shapeOf } from '../../src/mapping/look-alikes.js';
import { OccupantNames } from '../../src/mapping/occupant-names.js';
import type { ClientId } from '../../src/silc/ids.js';
import { prepareNickname } from '../../src/silc/stringprep/index.js';

describe('isolated', () => {
  it.each([
    ['plain', 'plain'],
    ['a\u202eb', 'a\u202eb\u202c'],
    ['a\u202eb\u202cc', 'a\u202eb\u202cc'],
    ['\u2067a\u202eb', '\u2067a\u202eb\u202c\u2069'],
    ['\u2067a\u202eb\u2069', '\u2067a\u202eb\u2069'],
    ['a\u2069b', '\u2068a\u2069b'],
    ['a\u202cb', 'a\u202cb'],
    ['\u202ea\u2069b', '\u2068\u202ea\u2069b'],
  ])('%j is %j', (text, expected) => {
    expect(isolated(text)).toBe(expected);
  });

  it('changes nothing of what is isolated, and takes nothing away', () => {
    const signs = fc.constantFrom(...Array.from('a\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069'));
    fc.assert(
      fc.property(fc.string({ unit: signs }), (text) => {
        const once = isolated(text);
        expect(once).toContain(text);
        expect(isolated(once)).toBe(once);
      }),
    );
  });
});

describe('nicknames that look like another', () => {
  it('have the same shape', () => {
    for (const [one, other] of [
      ['dave', 'dаvе'],
      ['BOB', 'ВОВ'],
      ['alice', 'αlicе'],
    ] as const) {
      expect(prepareNickname(one)).not.toBe(prepareNickname(other));
      expect(shapeOf(prepareNickname(one))).toBe(shapeOf(prepareNickname(other)));
    }
    expect(shapeOf('dave')).toBe('dave');
    expect(shapeOf('dave')).not.toBe(shapeOf('dave1'));
  });

  it('carry a mark, whoever came first, as long as the other one is there', () => {
    const names = new OccupantNames();
    const client = (n: number): ClientId => String(n).padStart(32, '0') as ClientId;
    const add = (n: number, nickname: string): string =>
      names.add({ clientId: client(n), nickname, fingerprint: String(n).repeat(40) });
    expect(add(1, 'dave')).toBe('dave');
    expect(add(2, 'dаve')).toBe('dаve*2222');
    expect(names.disambiguatorOf(client(2))).toBe('2222');
    expect(
      names.rename(client(2), { clientId: client(4), nickname: 'иван', fingerprint: undefined }).to,
    ).toBe('иван');
    names.remove(client(1));
    expect(add(3, 'dаve')).toBe('dаve');
    expect(add(1, 'dave')).toBe('dave*1111');
  });
});
