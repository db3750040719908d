/** Whether a preparation leaves the text as it is; false also when it refuses it. */
export function isStable(text: string, prepare: (text: string) => string): boolean {
  try {
    return prepare(text) === text;
  } catch {
    return false;
  }
}

const RIGHT_TO_LEFT_BLOCKS = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/u;
const ALL_RIGHT_TO_LEFT = (() => {
  const letter = String.raw`(?:(?=\p{L})[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc])`;
  // Marks of other scripts have another direction in one table or the other.
  const mark = String.raw`(?:(?=\p{Mn})[\u0300-\u036f\u0590-\u08ff\ufb1e])`;
  return new RegExp(`^${letter}(?:(?:${letter}|${mark}|[0-9._#+-])*${letter})?$`, 'u');
})();

/**
 * Whether every server agrees that the text keeps to one writing direction (RFC 3454, 6). Their tables differ with the
 * version of Unicode, so only what is beyond doubt passes: right-to-left letters at both ends, and between them marks,
 * digits and a few signs.
 */
export function isOneWay(text: string): boolean {
  return !RIGHT_TO_LEFT_BLOCKS.test(text) || ALL_RIGHT_TO_LEFT.test(text);
}
