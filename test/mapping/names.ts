import fc from 'fast-check';

import { SilcError } from '../../src/silc/errors.js';
import { prepareChannelName, prepareNickname } from '../../src/silc/stringprep/index.js';

// Everything that plays a part in addresses, and what stringprep handles in odd ways.
const awkward = [
  ...Array.from('aAbBzZ059#+=<>$%&\'";:._-[]{}|\\^~`/'),
  ...[
    'ß',
    'ẞ',
    'ı',
    'İ',
    'Ａ',
    '１',
    '％',
    '！',
    '＠',
    '＼',
    'ﬁ',
    'ς',
    'σ',
    'Σ',
    'é',
    'e\u0301',
    '\u0301',
    '\u0307',
    '\u0327',
  ],
  ...[
    '\u0338',
    'א',
    'ש',
    'ת',
    '\u05b8',
    '\u05be',
    '،',
    '؟',
    'س',
    'م',
    '٣',
    '\u0640',
    '日',
    '本',
    '한',
    'Ꭰ',
    'Ⴀ',
    'ა',
    'ॐ',
    'ा',
  ],
  ...[
    '\u00ad',
    '\u200d',
    'Ⅷ',
    'क़',
    '㍈',
    '²',
    'K',
    'Å',
    'µ',
    '\ufdfa',
    '\\25',
    '\\21',
    '\\5c',
    '\\2f',
    '\\40',
    '\\{5d0}',
    '\\{5c}',
    '\\{',
    '𐐀',
    '𝒜',
  ],
  ...['!', '*', ',', '?', '@'],
];

const text = fc.oneof(
  fc.string({ unit: fc.constantFrom(...awkward), minLength: 1, maxLength: 24 }),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 12 }),
  fc.string({ unit: fc.constantFrom(...awkward, 'x'), minLength: 40, maxLength: 250 }),
);

function legal(prepare: (name: string) => string): (name: string) => boolean {
  return (name) => {
    try {
      prepare(name);
      return true;
    } catch (cause) {
      if (cause instanceof SilcError) return false;
      throw cause;
    }
  };
}

/** Nicknames that SILC allows, with everything that is awkward in addresses. */
export const nicknames = text.filter(legal(prepareNickname));
/** Channel names that SILC allows. */
export const channelNames = text.filter(legal(prepareChannelName));
