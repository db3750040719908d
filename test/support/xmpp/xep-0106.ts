/*
 * XEP-0106 and nothing else, to compare addresses with: what any other entity on the network makes of a local part.
 */

// XEP-0106, 3.2: the ten sequences. A backslash is escaped only where the source already shows one of them; hex
// digits in either case, since nodeprep turns \2F into \2f.
const TO_ESCAPE = /[ "&'/:<>@]|\\(?=(?:20|22|26|27|2f|3a|3c|3e|40|5c))/gi;
const ESCAPED = /\\(20|22|26|27|2f|3a|3c|3e|40|5c)/gi;

/** Escapes what a local part cannot hold. The inverse of {@link unescapeLocal} for every text. */
export function escapeLocal(text: string): string {
  return text.replace(TO_ESCAPE, (char) => `\\${char.charCodeAt(0).toString(16)}`);
}

/** Reads the ten sequences of XEP-0106; every other backslash stays as it is. */
export function unescapeLocal(local: string): string {
  return local.replace(ESCAPED, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
