import type { ChannelId } from '../ids.js';
import type { Command } from './command.js';
import { channelIdValue } from './values.js';

export interface LeaveRequest {
  readonly channelId: ChannelId;
}

/** The one who leaves gets no LEAVE notify, only this. */
export interface LeaveReply {
  readonly channelId: ChannelId;
}

/** LEAVE (draft commands-07, 2.3.24). */
export const leave: Command<LeaveRequest, LeaveReply> = {
  number: 24,
  name: 'LEAVE',
  minArguments: 1,
  maxArguments: 2,
  order: 'channel',
  strict: true,
  list: false,
  request: {
    decode: (args) => ({ channelId: args.get(1, channelIdValue, 'channel ID') }),
    encode: ({ channelId }, out) => void out.put(1, channelIdValue, channelId),
  },
  reply: {
    decode: (args) => ({ channelId: args.get(2, channelIdValue, 'channel ID') }),
    encode: ({ channelId }, out) => void out.put(2, channelIdValue, channelId),
  },
};
