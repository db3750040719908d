import type { TypedId } from '../ids.js';
import type { Command } from './command.js';
import { anyIdValue, prose, text, u32 } from './values.js';

/** Names, or IDs. By channel or server ID it times out on standalone servers. */
export interface IdentifyRequest {
  readonly nickname?: string | undefined;
  readonly serverName?: string | undefined;
  readonly channelName?: string | undefined;
  readonly count?: number | undefined;
  readonly ids?: readonly TypedId[] | undefined;
}

export interface IdentifyReply {
  readonly id: TypedId;
  readonly name?: string | undefined;
  readonly info?: string | undefined;
}

/** IDENTIFY (draft commands-07, 2.3.3). */
export const identify: Command<IdentifyRequest, IdentifyReply> = {
  number: 3,
  name: 'IDENTIFY',
  minArguments: 1,
  maxArguments: 256,
  order: 'free',
  strict: false,
  list: true,
  // 1 nickname, 2 server name, 3 channel name, 4 count u32, 5… IDs
  request: {
    decode: (args) => ({
      nickname: args.find(1, text, 'nickname'),
      serverName: args.find(2, text, 'server name'),
      channelName: args.find(3, text, 'channel name'),
      count: args.find(4, u32, 'count'),
      ids: args.from(5, anyIdValue, 'ID'),
    }),
    encode({ nickname, serverName, channelName, count, ids = [] }, out) {
      out
        .maybe(1, text, nickname)
        .maybe(2, text, serverName)
        .maybe(3, text, channelName)
        .maybe(4, u32, count);
      ids.forEach((id, i) => out.put(5 + i, anyIdValue, id));
    },
  },
  // 2 ID, 3 name, 4 info
  reply: {
    decode: (args) => ({
      id: args.get(2, anyIdValue, 'ID'),
      name: args.find(3, text, 'name'),
      info: args.find(4, prose, 'info'),
    }),
    encode: ({ id, name, info }, out) =>
      void out.put(2, anyIdValue, id).maybe(3, text, name).maybe(4, prose, info),
  },
};
