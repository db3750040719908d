import { sha256 } from '@noble/hashes/sha2.js';
import { toHex, utf8 } from '../silc/bytes.js';

/*
 * Entries of a SILC ban list are patterns, `nick[@server][!user[@host]]`. The server makes extended regular expressions
 * of them: `*`, `?` and `,` have a meaning of their own, everything else that regular expressions know is live, and
 * letter case counts.
 */

const SPECIAL = /[\\^$.|+()[\]{}]/g;
const ESCAPED = /\\([\\^$.|+()[\]{}])/g;

/** A pattern that matches exactly this nickname, as it is displayed. */
export function banMaskOf(nickname: string): string {
  return nickname.replace(SPECIAL, '\\$&');
}

/** The nickname that a pattern matches; undefined for a pattern of more than one. */
export function nicknameOfMask(mask: string): string | undefined {
  const rest = mask.replace(ESCAPED, '');
  if (/[*?,@!]/.test(mask) || rest.search(SPECIAL) >= 0) return undefined;
  return mask.replace(ESCAPED, '$1');
}

/** Names a pattern where a name has to fit into an address: 40 hex digits. */
export const handleOfMask = (mask: string): string => toHex(sha256(utf8(mask))).slice(0, 40);
