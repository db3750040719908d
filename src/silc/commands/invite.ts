import type { ChannelId, ClientId } from '../ids.js';
import type { Command } from './command.js';
import { channelIdValue, clientIdValue, listEntries, u8 } from './values.js';
import type { ListEntry } from './values.js';

/** Invites a person, edits the invite list, or (neither) asks for the list. */
export interface InviteRequest {
  readonly channelId: ChannelId;
  readonly clientId?: ClientId | undefined;
  /** `ListAction`. */
  readonly action?: number | undefined;
  readonly entries?: readonly ListEntry[] | undefined;
}

export interface InviteReply {
  readonly channelId: ChannelId;
  /** Only when the list was changed or asked for. */
  readonly entries?: readonly ListEntry[] | undefined;
}

/** INVITE (draft commands-07, 2.3.7). */
export const invite: Command<InviteRequest, InviteReply> = {
  number: 7,
  name: 'INVITE',
  minArguments: 1,
  maxArguments: 4,
  order: 'channel',
  strict: false,
  list: false,
  // 1 channel ID, 2 client ID, 3 action u8, 4 list
  request: {
    decode: (args) => ({
      channelId: args.get(1, channelIdValue, 'channel ID'),
      clientId: args.find(2, clientIdValue, 'client ID'),
      action: args.find(3, u8, 'action'),
      entries: args.find(4, listEntries, 'invite list'),
    }),
    encode: ({ channelId, clientId, action, entries }, out) =>
      void out
        .put(1, channelIdValue, channelId)
        .maybe(2, clientIdValue, clientId)
        .maybe(3, u8, action)
        .maybe(4, listEntries, entries),
  },
  reply: {
    decode: (args) => ({
      channelId: args.get(2, channelIdValue, 'channel ID'),
      entries: args.find(3, listEntries, 'invite list'),
    }),
    encode: ({ channelId, entries }, out) =>
      void out.put(2, channelIdValue, channelId).maybe(3, listEntries, entries),
  },
};
