import { utf8 } from '../bytes.js';
import { SilcError } from '../errors.js';
import { idBytes, type ChannelId } from '../ids.js';
import type { Codec } from './codec.js';
import { readChannelId } from './raw-id.js';
import { decodeText } from './text.js';

/** The key of a channel. `key` is secret and both the cipher key and what the HMAC key is a digest of. */
export interface ChannelKeyPayload {
  readonly channelId: ChannelId;
  /** Wire name as it came: not checked. */
  readonly cipher: string;
  readonly key: Uint8Array;
}

/** Longest key that is taken; no cipher has one of more than 32 octets. */
const MAX_KEY_LENGTH = 256;

/**
 * Channel Key Payload, packet CHANNEL_KEY (draft pp-09, 2.3.10):
 *   channel ID length u16, channel ID | cipher name length u16, cipher name |
 *   key length u16, key
 */
export const channelKeyPayload: Codec<ChannelKeyPayload> = {
  kind: 'channel key',
  decode(reader) {
    const channelId = readChannelId(reader);
    const cipher = decodeText(reader.block16('cipher name', 256));
    const key = reader.block16('channel key', MAX_KEY_LENGTH);
    if (cipher === '' || key.length === 0) throw new SilcError('malformed', 'channel key without key');
    return { channelId, cipher, key };
  },
  encode({ channelId, cipher, key }, writer) {
    writer.block16(idBytes(channelId)).block16(utf8(cipher)).block16(key);
  },
};
