/**
 * Masks of invite and ban lists: `nick[@server][!user[@host]]` with `*` (any run), `?` (any one or none) and `,`
 * (alternatives), as silcd understands them, but without its regular expressions: matching is linear in space and at
 * worst proportional to mask times subject. Case-sensitive.
 */

/** Longest mask that is kept, in characters. */
export const MAX_MASK_LENGTH = 512;

/** A client as masks see it: the three subjects of silcd. */
export interface MaskSubject {
  readonly nickname: string;
  readonly server: string;
  readonly username: string;
  readonly hostname: string;
}

export function matchesMask(mask: string, subject: MaskSubject): boolean {
  const { nickname, server, username, hostname } = subject;
  const texts = [
    nickname,
    `${nickname}!${username}@${hostname}`,
    `${nickname}@${server}!${username}@${hostname}`,
  ];
  return mask.split(',').some((pattern) => texts.some((text) => matchesGlob(pattern, text)));
}

const ANY = codeOf('*');
const ONE_OR_NONE = codeOf('?');

/** Keeps, for each character of the text, all positions in the pattern that can be reached: no way is tried twice. */
function matchesGlob(pattern: string, text: string): boolean {
  const wanted = Uint16Array.from(pattern.split(''), codeOf);
  const length = wanted.length;
  let reached = new Uint8Array(length + 1);
  let next = new Uint8Array(length + 1);
  reached[0] = 1;
  passWildcards(wanted, reached);
  for (let t = 0; t < text.length; t++) {
    const character = text.charCodeAt(t);
    next.fill(0);
    for (let at = 0; at < length; at++) {
      if (reached[at] === 0) continue;
      const code = wanted[at];
      if (code === ANY) next[at] = 1;
      else if (code === ONE_OR_NONE || code === character) next[at + 1] = 1;
    }
    passWildcards(wanted, next);
    [reached, next] = [next, reached];
  }
  return reached[length] === 1;
}

/** Both wildcards stand for nothing, too. */
function passWildcards(wanted: Uint16Array, reached: Uint8Array): void {
  for (let at = 0; at < wanted.length; at++) {
    if (reached[at] === 1 && (wanted[at] === ANY || wanted[at] === ONE_OR_NONE)) reached[at + 1] = 1;
  }
}

function codeOf(character: string): number {
  return character.charCodeAt(0);
}
