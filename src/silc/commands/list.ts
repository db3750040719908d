import type { ChannelId } from '../ids.js';
import type { Command } from './command.js';
import { channelIdValue, prose, text, u32 } from './values.js';

export interface ListRequest {
  /** One channel; all that are not secret without it. */
  readonly channelId?: ChannelId | undefined;
}

/** One channel. An empty network answers with a plain OK: then `channelId` and `name` are missing. */
export interface ListReply {
  readonly channelId?: ChannelId | undefined;
  readonly name?: string | undefined;
  /** `*private*` is a marker of a private channel, not a topic. */
  readonly topic?: string | undefined;
  readonly users?: number | undefined;
}

/** LIST (draft commands-07, 2.3.5). */
export const list: Command<ListRequest, ListReply> = {
  number: 5,
  name: 'LIST',
  minArguments: 0,
  maxArguments: 1,
  order: 'own-kind',
  strict: true,
  list: true,
  request: {
    decode: (args) => ({ channelId: args.find(1, channelIdValue, 'channel ID') }),
    encode: ({ channelId }, out) => void out.maybe(1, channelIdValue, channelId),
  },
  reply: {
    decode: (args) => ({
      channelId: args.find(2, channelIdValue, 'channel ID'),
      name: args.find(3, text, 'channel name'),
      topic: args.find(4, prose, 'topic'),
      users: args.find(5, u32, 'user count'),
    }),
    encode: ({ channelId, name, topic, users }, out) =>
      void out
        .maybe(2, channelIdValue, channelId)
        .maybe(3, text, name)
        .maybe(4, prose, topic)
        .maybe(5, u32, users),
  },
};
