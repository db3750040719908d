import { utf8 } from '../bytes.js';
import { SilcError } from '../errors.js';
import { idBytes, type ChannelId } from '../ids.js';
import { readChannelId } from './raw-id.js';
import type { Codec } from './codec.js';
import { decodeText } from './text.js';

/** A channel and a mode: the channel's, or a user's on it. */
export interface ChannelPayload {
  readonly name: string;
  readonly channelId: ChannelId;
  readonly mode: number;
}

/**
 * Channel Payload (draft pp-09, 2.3.2.4):
 *   name length u16, name | channel ID length u16, channel ID | mode u32
 */
export const channelPayload: Codec<ChannelPayload> = {
  kind: 'channel payload',
  decode(reader) {
    const name = decodeText(reader.block16('channel name'));
    if (name === '') throw new SilcError('malformed', 'channel payload without name');
    return { name, channelId: readChannelId(reader), mode: reader.u32('channel mode') };
  },
  encode({ name, channelId, mode }, writer) {
    writer.block16(utf8(name)).block16(idBytes(channelId)).u32(mode);
  },
};

/** Channel Payloads in a row, as a WHOIS reply has them. */
export const channelPayloadList: Codec<readonly ChannelPayload[]> = {
  kind: 'channel payload list',
  decode(reader) {
    const channels: ChannelPayload[] = [];
    while (reader.remaining > 0) channels.push(channelPayload.decode(reader));
    return channels;
  },
  encode(channels, writer) {
    for (const channel of channels) channelPayload.encode(channel, writer);
  },
};
