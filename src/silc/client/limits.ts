import { utf8 } from '../bytes.js';
import { SilcError } from '../errors.js';

/** Limits of the toolkit in octets. Its servers cut or drop what is longer, without a word. */
export const MAX_NICKNAME = 128;
export const MAX_CHANNEL_NAME = 256;
export const MAX_TOPIC = 256;
export const MAX_COMMENT = 128;
export const MAX_USERNAME = 128;
/** Of a server or a host. */
export const MAX_HOSTNAME = 256;
/** A real name is not limited by the drafts; servers take as much. */
export const MAX_REAL_NAME = 1_000;
/** Peers of one session with whom private messages are under a key, or an exchange is under way. */
export const MAX_PEERS = 256;
/** Nicknames and keys that one session watches. */
export const MAX_WATCHES = 128;
/** Members of one channel, and channels of one session, that are kept at most. */
export const MAX_MEMBERS = 8_192;
export const MAX_CHANNELS = 256;
/** Members of all channels together, somebody on two of them twice. */
export const MAX_MEMBERSHIPS = 65_536;
/** A packet has room for about 65,400; the rest is for signatures. */
export const MAX_TEXT = 64_000;

/** @throws SilcError `limit` when the text is longer than `max` octets. */
export function checkLength(text: string, max: number, field: string): void {
  const length = utf8(text).length;
  if (length > max) throw new SilcError('limit', `${field}: ${length} octets, at most ${max} allowed`);
}

/** @throws SilcError `bad-string` when it is empty: SILC does not transmit empty arguments. */
export function checkNotEmpty(text: string, field: string): void {
  if (text === '') throw new SilcError('bad-string', `${field} is empty`);
}

/** As much of a text as fits, cut between characters. */
export function trimToLength(text: string, max: number): string {
  // A UTF-16 unit takes three octets at most.
  if (text.length * 3 <= max || (text.length <= max && utf8(text).length <= max)) return text;
  let length = 0;
  let out = '';
  for (const character of text) {
    length += utf8(character).length;
    if (length > max) break;
    out += character;
  }
  return out;
}

/** How far the packets of one session may be behind those of another one on the same server. */
export const MAX_LAG_MS = 60_000;
