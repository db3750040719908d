import { utf8 } from '../bytes.js';
import { SilcError } from '../errors.js';
import type { Codec } from './codec.js';
import { decodeText } from './text.js';

/** Registration of a client. */
export interface NewClient {
  /** `user` or `user@host`; servers cut it at 128 octets. */
  readonly username: string;
  readonly realName: string;
  /** Undefined where the client leaves it to the server, which takes the user name. Not in the draft. */
  readonly nickname?: string | undefined;
}

/** Longest field that is taken. */
const MAX_FIELD = 1024;

/**
 * New Client Payload, packet NEW_CLIENT (draft pp-09, 2.3.17; the third field is the toolkit's):
 *   user name length u16, user name | real name length u16, real name |
 *   optional: nickname length u16, nickname
 */
export const newClientPayload: Codec<NewClient> = {
  kind: 'new client',
  decode(reader) {
    const username = decodeText(reader.block16('user name', MAX_FIELD));
    const realName = decodeText(reader.block16('real name', MAX_FIELD));
    if (username === '') throw new SilcError('malformed', 'new client without user name');
    if (reader.remaining === 0) return { username, realName };
    const nickname = decodeText(reader.block16('nickname', MAX_FIELD));
    return nickname === '' ? { username, realName } : { username, realName, nickname };
  },
  encode({ username, realName, nickname }, writer) {
    writer.block16(utf8(username)).block16(utf8(realName));
    if (nickname !== undefined) writer.block16(utf8(nickname));
  },
};
