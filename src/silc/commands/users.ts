import type { ChannelId, ClientId } from '../ids.js';
import type { Command } from './command.js';
import { channelIdValue, clientIdList, modeList, text, u32 } from './values.js';

/** A channel by ID or by name. */
export interface UsersRequest {
  readonly channelId?: ChannelId | undefined;
  readonly name?: string | undefined;
}

export interface UsersReply {
  readonly channelId: ChannelId;
  /** How many members there are; the lists themselves say it too. */
  readonly memberCount?: number | undefined;
  /** Members and their `ChannelUserMode` masks. */
  readonly members: readonly ClientId[];
  readonly memberModes: readonly number[];
}

/** USERS (draft commands-07, 2.3.25). Gives IDs only. */
export const users: Command<UsersRequest, UsersReply> = {
  number: 25,
  name: 'USERS',
  minArguments: 1,
  maxArguments: 2,
  order: 'free',
  strict: false,
  list: false,
  request: {
    decode: (args) => ({
      channelId: args.find(1, channelIdValue, 'channel ID'),
      name: args.find(2, text, 'channel name'),
    }),
    encode: ({ channelId, name }, out) => void out.maybe(1, channelIdValue, channelId).maybe(2, text, name),
  },
  // A count that differs from the lists is not an error.
  reply: {
    decode: (args) => ({
      channelId: args.get(2, channelIdValue, 'channel ID'),
      memberCount: args.find(3, u32, 'member count'),
      members: args.find(4, clientIdList, 'members') ?? [],
      memberModes: args.find(5, modeList, 'member modes') ?? [],
    }),
    encode: ({ channelId, members, memberModes, memberCount = members.length }, out) =>
      void out
        .put(2, channelIdValue, channelId)
        .put(3, u32, memberCount)
        .maybe(4, clientIdList, members)
        .maybe(5, modeList, memberModes),
  },
};
