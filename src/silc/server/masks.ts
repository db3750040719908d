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

/** Greedy glob matching that remembers only the last `*`. */
function matchesGlob(pattern: string, text: string): boolean {
  let [p, t] = [0, 0];
  let [star, mark] = [-1, 0];
  while (t < text.length) {
    if (p < pattern.length && (pattern[p] === '?' || pattern[p] === text[t]) && pattern[p] !== '*') {
      p++;
      t++;
    } else if (p < pattern.length && pattern[p] === '*') {
      star = p++;
      mark = t;
    } else if (star >= 0) {
      p = star + 1;
      t = ++mark;
    } else {
      return false;
    }
  }
  while (p < pattern.length && (pattern[p] === '*' || pattern[p] === '?')) p++;
  return p === pattern.length;
}
