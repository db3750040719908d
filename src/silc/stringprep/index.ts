import { UNASSIGNED_IN_UNICODE_3_2 } from '../../text/unicode-3-2.js';
import { utf8 } from '../bytes.js';
import { SilcError } from '../errors.js';
import { CodePointMap, CodePointSet } from './code-points.js';
import {
  correctedLater,
  foldedToOne,
  foldedToSeveral,
  mappedToNothing,
  prohibited,
  symbols,
  wildcardsAndSeparators,
} from './tables.js';

/**
 * String preparation (RFC 3454) with the profiles of draft spec-09, appendices A and B, as the toolkit applies them.
 * The prepared form is for comparing, for hashing into Client IDs and for uniqueness; what is shown is the original.
 *
 * One known difference: the toolkit's library composes Hangul letters across a combining mark that stands between them
 * (what Unicode Corrigendum 5 put right); no real name has such a sequence.
 */

/** Longest texts before preparation, in octets of UTF-8. */
export const MAX_NICKNAME_LENGTH = 128;
export const MAX_HOST_LENGTH = 256;
export const MAX_CHANNEL_NAME_LENGTH = 256;

interface Profile {
  readonly what: string;
  readonly maxLength: number;
  readonly forbidden: CodePointSet;
}

const deleted = new CodePointSet(mappedToNothing);
const folding = new CodePointMap(foldedToOne, foldedToSeveral);
const corrections = new CodePointMap(correctedLater);
const unknown = new CodePointSet(UNASSIGNED_IN_UNICODE_3_2);
const forbiddenInIdentifiers = new CodePointSet(prohibited, symbols, wildcardsAndSeparators);
const forbiddenInChannelNames = new CodePointSet(prohibited, symbols);

/** Prepares a nickname or user name, at most 128 octets. @throws SilcError `bad-string`. */
export function prepareNickname(text: string): string {
  return prepare(text, {
    what: 'nickname',
    maxLength: MAX_NICKNAME_LENGTH,
    forbidden: forbiddenInIdentifiers,
  });
}

/** Prepares a host or server name, at most 256 octets. @throws SilcError `bad-string`. */
export function prepareHost(text: string): string {
  return prepare(text, { what: 'host name', maxLength: MAX_HOST_LENGTH, forbidden: forbiddenInIdentifiers });
}

/** Prepares a channel name, at most 256 octets. @throws SilcError `bad-string`. */
export function prepareChannelName(text: string): string {
  return prepare(text, {
    what: 'channel name',
    maxLength: MAX_CHANNEL_NAME_LENGTH,
    forbidden: forbiddenInChannelNames,
  });
}

/** What every profile leaves as it is: most names, and each message looks one up. */
const PREPARED_ALREADY = /^[a-z0-9]+$/;

function prepare(text: string, { what, maxLength, forbidden }: Profile): string {
  if (text.length <= maxLength && PREPARED_ALREADY.test(text)) return text;
  // A string of n UTF-16 units has at least n octets: nothing is calculated for a text that is far too long.
  const length = text.length > maxLength ? text.length : utf8(text).length;
  if (length === 0) throw new SilcError('bad-string', `${what} is empty`);
  if (length > maxLength) throw new SilcError('bad-string', `${what} is longer than ${maxLength} octets`);

  const kept = Array.from(text).filter((character) => !deleted.meets(character));
  const folded = folding.apply(kept.join(''));
  // Before normalisation: today's Unicode has characters, and decompositions for them, that 3.2 did not have.
  if (unknown.meets(folded)) {
    throw new SilcError('bad-string', `${what} has a character that is not in Unicode 3.2`);
  }
  const prepared = corrections.apply(folded).normalize('NFKC');
  if (forbidden.meets(prepared)) {
    throw new SilcError('bad-string', `${what} has a character that is not allowed`);
  }
  if (prepared === '') throw new SilcError('bad-string', `${what} has only invisible characters`);
  // The toolkit's buffer holds less than twice the octets that came; a few ligatures grow beyond it.
  if (utf8(prepared).length >= 2 * length) {
    throw new SilcError('bad-string', `${what} grows too long when prepared`);
  }
  return prepared;
}
