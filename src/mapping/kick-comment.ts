import { silcWords } from '../text/silc.js';

/** Most octets of a KICK comment: the server drops a longer one as a whole. */
const MAX_COMMENT_OCTETS = 128;

/** A reason as a KICK carries it: whole characters up to the limit, for a longer one would vanish. */
export function kickComment(reason: string | undefined, limit = MAX_COMMENT_OCTETS): string | undefined {
  if (reason === undefined || reason === '') return undefined;
  const encoder = new TextEncoder();
  let [comment, octets] = ['', 0];
  for (const char of reason) {
    octets += encoder.encode(char).length;
    if (octets > limit) break;
    comment += char;
  }
  return comment;
}

/** The comment with which SILC users are put out of a channel that ends: as much of the reason as there is room for, and where to go. */
export function closingComment(reason: string | undefined, venue: string | undefined): string | undefined {
  const pointer = venue === undefined ? '' : silcWords.seeInstead(venue);
  const used = new TextEncoder().encode(pointer).length + 1;
  const text = reason ?? silcWords.channelClosed;
  if (pointer === '' || used > MAX_COMMENT_OCTETS) return kickComment(text);
  const kept = kickComment(text, MAX_COMMENT_OCTETS - used) ?? '';
  return kept === '' ? pointer : `${kept} ${pointer}`;
}
