import type { ChannelId, ClientId } from '../ids.js';
import type { Command } from './command.js';
import { channelIdValue, clientIdValue, prose } from './values.js';

export interface KickRequest {
  readonly channelId: ChannelId;
  readonly clientId: ClientId;
  /** silcd drops a comment beyond 128 octets. */
  readonly comment?: string | undefined;
}

export interface KickReply {
  readonly channelId: ChannelId;
  readonly clientId: ClientId;
}

/** KICK (draft commands-07, 2.3.19). Does not ban. */
export const kick: Command<KickRequest, KickReply> = {
  number: 19,
  name: 'KICK',
  minArguments: 1,
  maxArguments: 3,
  order: 'channel',
  strict: true,
  list: false,
  request: {
    decode: (args) => ({
      channelId: args.get(1, channelIdValue, 'channel ID'),
      clientId: args.get(2, clientIdValue, 'client ID'),
      comment: args.find(3, prose, 'comment'),
    }),
    encode: ({ channelId, clientId, comment }, out) =>
      void out.put(1, channelIdValue, channelId).put(2, clientIdValue, clientId).maybe(3, prose, comment),
  },
  reply: {
    decode: (args) => ({
      channelId: args.get(2, channelIdValue, 'channel ID'),
      clientId: args.get(3, clientIdValue, 'client ID'),
    }),
    encode: ({ channelId, clientId }, out) =>
      void out.put(2, channelIdValue, channelId).put(3, clientIdValue, clientId),
  },
};
