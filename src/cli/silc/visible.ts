/** Controls, format characters (those that turn the writing direction among them), line separators, lone surrogates. */
const unseen = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** Joiners of Indic and Arabic script and of emoji: they do nothing to a terminal. */
const harmless = new Set(['\u200c', '\u200d']);

/** A text of strangers as it may go to a terminal: one line, with everything that is not seen as an escape. */
export function visible(text: string): string {
  return text.replace(unseen, (character) => {
    if (harmless.has(character)) return character;
    if (character === '\n') return '\\n';
    if (character === '\r') return '\\r';
    if (character === '\t') return '\\t';
    const hex = (character.codePointAt(0) ?? 0).toString(16);
    return hex.length <= 2 ? `\\x${hex.padStart(2, '0')}` : `\\u{${hex}}`;
  });
}

/** A value as one line of JSON, in which characters that are not seen are escapes too: C1 controls are none in plain JSON. */
export function jsonLine(value: unknown): string {
  return JSON.stringify(value).replace(unseen, (character) =>
    character
      .split('')
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .join(''),
  );
}

/** The lines of a text that has several; empty ones at its end do not count. */
export function linesOf(text: string): readonly string[] {
  const lines = text.split(/\r?\n/);
  let count = lines.length;
  while (count > 1 && lines[count - 1] === '') count--;
  return lines.slice(0, count);
}
