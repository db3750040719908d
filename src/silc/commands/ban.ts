import type { ChannelId } from '../ids.js';
import type { Command } from './command.js';
import { channelIdValue, listEntries, u8 } from './values.js';
import type { ListEntry } from './values.js';

/** Without action and entries it asks for the list. The operator bit is needed, the founder bit alone is not enough. */
export interface BanRequest {
  readonly channelId: ChannelId;
  /** `ListAction`. */
  readonly action?: number | undefined;
  readonly entries?: readonly ListEntry[] | undefined;
}

export interface BanReply {
  readonly channelId: ChannelId;
  readonly entries?: readonly ListEntry[] | undefined;
}

/** BAN (draft commands-07, 2.3.20). */
export const ban: Command<BanRequest, BanReply> = {
  number: 20,
  name: 'BAN',
  minArguments: 0,
  maxArguments: 3,
  order: 'channel',
  strict: true,
  list: false,
  request: {
    decode: (args) => ({
      channelId: args.get(1, channelIdValue, 'channel ID'),
      action: args.find(2, u8, 'action'),
      entries: args.find(3, listEntries, 'ban list'),
    }),
    encode: ({ channelId, action, entries }, out) =>
      void out.put(1, channelIdValue, channelId).maybe(2, u8, action).maybe(3, listEntries, entries),
  },
  reply: {
    decode: (args) => ({
      channelId: args.get(2, channelIdValue, 'channel ID'),
      entries: args.find(3, listEntries, 'ban list'),
    }),
    encode: ({ channelId, entries }, out) =>
      void out.put(2, channelIdValue, channelId).maybe(3, listEntries, entries),
  },
};
