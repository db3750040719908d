/*
 * How SILC names are written in XMPP addresses (docs/addresses.md).
 *
 * Level 1 is XEP-0106 with two sequences more for channels: `%` and `!` separate the parts of a local part, so that a
 * channel's own are written \25 and \21. Level 2, for the few names that level 1 leaves in a form which stringprep
 * changes or refuses (mixed writing directions, a combining mark behind an escape), writes every character outside
 * ASCII as \{hex}. Both are read at any time, and a backslash that would be misread is escaped itself.
 */

/** Which of the two kinds of local part: only channels have `%` and `!` to hide. */
export type LocalKind = 'channel' | 'user';

// XEP-0106, 3: the ten sequences; hex digits are lower case behind nodeprep.
const SEQUENCES = '20|22|26|27|2f|3a|3c|3e|40|5c';
const WIDE = '\\{[0-9a-f]{1,6}\\}';

const toEscape: Readonly<Record<LocalKind, RegExp>> = {
  channel: new RegExp(`[ "&'/:<>@%!]|\\\\(?=${SEQUENCES}|21|25|${WIDE})`, 'g'),
  user: new RegExp(`[ "&'/:<>@]|\\\\(?=${SEQUENCES}|${WIDE})`, 'g'),
};
const escaped: Readonly<Record<LocalKind, RegExp>> = {
  channel: new RegExp(`\\\\(${SEQUENCES}|21|25|${WIDE})`, 'g'),
  user: new RegExp(`\\\\(${SEQUENCES}|${WIDE})`, 'g'),
};

const NOT_ASCII = /[^ -~]/gu;

/** Level 1: the ordinary form. */
export function escapeName(kind: LocalKind, name: string): string {
  return name.replace(toEscape[kind], (char) => `\\${char.charCodeAt(0).toString(16)}`);
}

/** Level 2, applied to the result of level 1: printable ASCII. */
export function escapeNotAscii(text: string): string {
  return text.replace(NOT_ASCII, wide);
}

/** The name in a local part, of either level. @returns undefined when a sequence stands for no character. */
export function unescapeName(kind: LocalKind, text: string): string | undefined {
  return unescape(text, escaped[kind]);
}

// `@` never is in a nickname; but Prosody ends the stream of a component that shows it a second one.
const toEscapeInResource = new RegExp(`@|\\\\(?=${WIDE})`, 'g');
const escapedInResource = new RegExp(`\\\\(${WIDE})`, 'g');

/** Resources have no XEP-0106: level 1 there only protects what looks like level 2. */
export function escapeResource(text: string): string {
  return text.replace(toEscapeInResource, wide);
}

/** The text in a resource, of either level. @returns undefined when a sequence stands for no character. */
export function unescapeResource(text: string): string | undefined {
  return unescape(text, escapedInResource);
}

function wide(char: string): string {
  return `\\{${(char.codePointAt(0) ?? 0).toString(16)}}`;
}

function unescape(text: string, pattern: RegExp): string | undefined {
  let unsound = 0;
  const name = text.replace(pattern, (whole, sequence: string) => {
    const char = character(sequence);
    if (char === undefined) unsound++;
    return char ?? whole;
  });
  return unsound > 0 ? undefined : name;
}

function character(sequence: string): string | undefined {
  const code = Number.parseInt(sequence.replace(/[{}]/g, ''), 16);
  if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return undefined;
  return String.fromCodePoint(code);
}
