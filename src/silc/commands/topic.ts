import type { ChannelId } from '../ids.js';
import type { Command } from './command.js';
import { channelIdValue, prose } from './values.js';

/** Without `topic` it asks; a topic cannot be set to nothing, because empty arguments are not transmitted. */
export interface TopicRequest {
  readonly channelId: ChannelId;
  readonly topic?: string | undefined;
}

export interface TopicReply {
  readonly channelId: ChannelId;
  readonly topic?: string | undefined;
}

/** TOPIC (draft commands-07, 2.3.6). */
export const topic: Command<TopicRequest, TopicReply> = {
  number: 6,
  name: 'TOPIC',
  minArguments: 1,
  maxArguments: 2,
  order: 'channel',
  strict: false,
  list: false,
  request: {
    decode: (args) => ({
      channelId: args.get(1, channelIdValue, 'channel ID'),
      topic: args.find(2, prose, 'topic'),
    }),
    encode: (request, out) =>
      void out.put(1, channelIdValue, request.channelId).maybe(2, prose, request.topic),
  },
  reply: {
    decode: (args) => ({
      channelId: args.get(2, channelIdValue, 'channel ID'),
      topic: args.find(3, prose, 'topic'),
    }),
    encode: (reply, out) => void out.put(2, channelIdValue, reply.channelId).maybe(3, prose, reply.topic),
  },
};
