import type { ServerId } from '../ids.js';
import type { Command } from './command.js';
import { prose, serverIdValue, text } from './values.js';

export interface MotdRequest {
  readonly serverName: string;
}

export interface MotdReply {
  readonly serverId: ServerId;
  readonly motd?: string | undefined;
}

/** MOTD (draft commands-07, 2.3.15). */
export const motd: Command<MotdRequest, MotdReply> = {
  number: 15,
  name: 'MOTD',
  minArguments: 1,
  maxArguments: 1,
  order: 'free',
  strict: false,
  list: false,
  request: {
    decode: (args) => ({ serverName: args.get(1, text, 'server name') }),
    encode: ({ serverName }, out) => void out.put(1, text, serverName),
  },
  reply: {
    decode: (args) => ({
      serverId: args.get(2, serverIdValue, 'server ID'),
      motd: args.find(3, prose, 'message of the day'),
    }),
    encode: (reply, out) => void out.put(2, serverIdValue, reply.serverId).maybe(3, prose, reply.motd),
  },
};
