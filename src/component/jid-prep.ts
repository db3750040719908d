import { ComponentError } from './errors.js';
import { ALL_UNASSIGNED_IN_3_2, UNASSIGNED_IN_3_2 } from './unicode-3-2.js';

/*
 * String preparation of the three parts of a JID: nodeprep and resourceprep (RFC 3920, appendices A and B; RFC 6122)
 * on stringprep (RFC 3454), and nameprep as far as comparison of domains needs it. Code points that Unicode 3.2 did
 * not assign are let through, as Prosody does (resources carry emoji); ejabberd refuses them in every address.
 */

/** Limit of each part, octets of UTF-8 (RFC 6122, 2.1). */
export const MAX_PART_OCTETS = 1023;

// Table B.1, commonly mapped to nothing; the joiners and variation selectors apart from the rest.
const MAP_TO_NOTHING =
  /[\u{ad}\u{1806}\u{200b}\u{200c}\u{2060}\u{feff}]|\u{34f}|\u{200d}|[\u{180b}-\u{180d}]|[\u{fe00}-\u{fe0f}]/gu;

// Tables C.1.2, C.2.1, C.2.2, C.3 to C.9, in this order, less what table B.1 has removed already.
const PROHIBITED = new RegExp(
  [
    '[\\u{a0}\\u{1680}\\u{2000}-\\u{200a}\\u{202f}\\u{205f}\\u{3000}]',
    '\\p{Cc}',
    '[\\u{6dd}\\u{70f}\\u{180e}\\u{2028}\\u{2029}\\u{2061}-\\u{2063}\\u{206a}-\\u{206f}]',
    '[\\u{fff9}-\\u{fffd}\\u{1d173}-\\u{1d17a}]',
    '[\\p{Co}\\p{Cs}\\p{Noncharacter_Code_Point}]',
    '[\\u{2ff0}-\\u{2ffb}]',
    '[\\u{340}\\u{341}]|[\\u{200e}\\u{200f}\\u{202a}-\\u{202e}]',
    '[\\u{e0001}\\u{e0020}-\\u{e007f}]',
  ].join('|'),
  'u',
);

// What nodeprep forbids beyond stringprep (RFC 3920, A.5), and table C.1.1.
const PROHIBITED_IN_LOCAL = /[ "&'/:<>@]/u;

const RIGHT_TO_LEFT_BLOCKS =
  '[\\u{590}-\\u{8ff}\\u{fb1d}-\\u{fdff}\\u{fe70}-\\u{feff}\\u{10800}-\\u{10fff}\\u{1e800}-\\u{1efff}]';

// In these blocks, but without a direction of their own: marks, Arabic digits, some punctuation.
const NEUTRAL_THERE = [
  '\\p{Mn}',
  '[\\u{600}-\\u{607}\\u{609}\\u{60a}\\u{60c}\\u{60e}\\u{60f}\\u{660}-\\u{66c}\\u{6dd}\\u{6de}\\u{6e9}]',
  '[\\u{6f0}-\\u{6f9}\\u{7f6}-\\u{7f9}\\u{890}\\u{891}\\u{8e2}\\u{fb29}\\u{fd3e}-\\u{fd4f}]',
  '[\\u{fdcf}\\u{fdfd}-\\u{fdff}\\u{1091f}\\u{10b39}-\\u{10b3f}\\u{10e60}-\\u{10e7e}\\u{1eef0}\\u{1eef1}]',
].join('|');

// Table D.1 and its later additions. The servers use newer data here, and count what is not assigned in these blocks.
const RIGHT_TO_LEFT = new RegExp(`(?!${NEUTRAL_THERE})${RIGHT_TO_LEFT_BLOCKS}`, 'u');

// Table D.2, taken widely: symbols and numbers outside ASCII count unless they are emoji, so that a string that
// passes here passes at every server.
const LEFT_TO_RIGHT = new RegExp(
  '(?![0-9])(?!(?!\\p{Regional_Indicator})\\p{Emoji_Presentation})' +
    `(?!${RIGHT_TO_LEFT_BLOCKS})[\\p{L}\\p{N}\\p{Mc}\\p{So}\\p{Cn}]`,
  'u',
);

// Corrigendum 4: five ideographs whose normal form Unicode 3.2 had wrong; the servers' tables may have it so.
const CORRECTED = /[\u{2f868}\u{2f874}\u{2f91f}\u{2f95f}\u{2f9bf}]/u;

// U+0131 has no case folding outside Turkic languages, though its upper case is I.
const DOTLESS_I = '\u{131}';

const ASCII_PRINTABLE = /^[!-~]*$/u;
const ASCII_OR_SPACE = /^[ -~]*$/u;

/** Prepares a local part (nodeprep). @throws ComponentError `jid-malformed`. */
export function prepareLocal(text: string): string {
  const prepared = ASCII_PRINTABLE.test(text) ? text.toLowerCase() : prepare(text, true, 'local part');
  if (PROHIBITED_IN_LOCAL.test(prepared))
    throw malformed('local part', 'holds a character that must be escaped');
  return checkLength(prepared, 'local part');
}

/** Prepares a resource (resourceprep); letter case is kept. @throws ComponentError `jid-malformed`. */
export function prepareResource(text: string): string {
  return checkLength(ASCII_OR_SPACE.test(text) ? text : prepare(text, false, 'resource'), 'resource');
}

// A label of an internationalised name or of a plain host name; `_` occurs in private networks.
const LABEL = /^[\p{L}\p{M}\p{N}_](?:[\p{L}\p{M}\p{N}_\u{b7}\u{30fb}-]*[\p{L}\p{M}\p{N}_])?$/u;
const IPV6_LITERAL = /^\[[0-9a-f:.]{2,45}\]$/u;

/** Prepares a domain: nameprep, one trailing dot dropped, labels checked. @throws ComponentError `jid-malformed`. */
export function prepareDomain(text: string): string {
  const folded = ASCII_PRINTABLE.test(text) ? text.toLowerCase() : prepare(text, true, 'domain');
  // IDNA2003, 3.1: the ideographic full stop separates labels too (the other forms fall to NFKC).
  const prepared = folded.replaceAll('\u{3002}', '.').replace(/\.$/u, '');
  if (!IPV6_LITERAL.test(prepared)) {
    for (const label of prepared.split('.')) {
      // 63 octets in DNS (RFC 1035, 2.3.4), where an internationalised label is longer than it is here.
      if (label.length > 63 || !LABEL.test(label)) throw malformed('domain', 'has an illegal label');
    }
  }
  return checkLength(prepared, 'domain');
}

function prepare(text: string, fold: boolean, part: string): string {
  // Bounded before any work: preparation never shrinks what is legal by more than a factor of four.
  if (text.length > 4 * MAX_PART_OCTETS) throw malformed(part, 'is too long');
  checkUnassigned(text, part);
  let prepared = text;
  // The second round settles what normalisation has brought forth (RFC 3454, table B.2 is made for one round); a
  // third one only proves that nothing moves any more.
  for (let round = 0; ; round++) {
    const before = prepared;
    prepared = prepared.replace(MAP_TO_NOTHING, '');
    if (fold) prepared = foldCase(prepared);
    prepared = prepared.normalize('NFKC');
    if (prepared === before) break;
    if (round === 3) throw malformed(part, 'does not settle');
  }
  if (PROHIBITED.test(prepared)) throw malformed(part, 'holds a prohibited character');
  checkDirections(prepared, part);
  return prepared;
}

/**
 * What Unicode 3.2 did not assign stays as it is at the servers. Where Node would change it, two accounts of a server
 * could become one address here, so such a character is refused.
 */
function checkUnassigned(text: string, part: string): void {
  if (CORRECTED.test(text)) throw malformed(part, 'holds a character whose normal form is in doubt');
  for (const [char] of text.matchAll(ALL_UNASSIGNED_IN_3_2)) {
    const changes = char.normalize('NFKC') !== char || char.toUpperCase().toLowerCase() !== char;
    if (changes || /\p{M}/u.test(char))
      throw malformed(part, 'holds a character newer than string preparation');
  }
}

/** Full case folding a code point at a time, so that no context rule (final sigma) interferes. */
function foldCase(text: string): string {
  let folded = '';
  for (const char of text) folded += foldCharacter(char);
  return folded;
}

function foldCharacter(char: string): string {
  if (char === DOTLESS_I) return char;
  const folded = char.toUpperCase().toLowerCase();
  // Its lower case is newer than Unicode 3.2, as with Georgian and Cherokee: there was no mapping then.
  return UNASSIGNED_IN_3_2.test(folded) ? char : folded;
}

/** RFC 3454, section 6: a string with right-to-left letters begins and ends with one and has no left-to-right ones. */
function checkDirections(text: string, part: string): void {
  if (!RIGHT_TO_LEFT.test(text)) return;
  const chars = Array.from(text);
  const first = chars[0] ?? '';
  const last = chars[chars.length - 1] ?? '';
  if (!RIGHT_TO_LEFT.test(first) || !RIGHT_TO_LEFT.test(last) || LEFT_TO_RIGHT.test(text)) {
    throw malformed(part, 'mixes writing directions');
  }
}

function checkLength(prepared: string, part: string): string {
  if (prepared === '') throw malformed(part, 'is empty');
  // A UTF-16 unit takes at least one octet and at most three.
  if (prepared.length > MAX_PART_OCTETS) throw malformed(part, 'is too long');
  if (prepared.length * 3 > MAX_PART_OCTETS && new TextEncoder().encode(prepared).length > MAX_PART_OCTETS) {
    throw malformed(part, 'is too long');
  }
  return prepared;
}

function malformed(part: string, why: string): ComponentError {
  return new ComponentError('jid-malformed', `the ${part} of an address ${why}`);
}
