import type { ServerId } from '../ids.js';
import type { Command } from './command.js';
import { prose, serverIdValue, text } from './values.js';

/** The own server without arguments. */
export interface InfoRequest {
  readonly serverName?: string | undefined;
  readonly serverId?: ServerId | undefined;
}

export interface InfoReply {
  readonly serverId: ServerId;
  readonly name: string;
  readonly text?: string | undefined;
}

/** INFO (draft commands-07, 2.3.10). */
export const info: Command<InfoRequest, InfoReply> = {
  number: 10,
  name: 'INFO',
  minArguments: 0,
  maxArguments: 2,
  order: 'free',
  strict: false,
  list: false,
  request: {
    decode: (args) => ({
      serverName: args.find(1, text, 'server name'),
      serverId: args.find(2, serverIdValue, 'server ID'),
    }),
    encode: ({ serverName, serverId }, out) =>
      void out.maybe(1, text, serverName).maybe(2, serverIdValue, serverId),
  },
  reply: {
    decode: (args) => ({
      serverId: args.get(2, serverIdValue, 'server ID'),
      name: args.get(3, text, 'server name'),
      text: args.find(4, prose, 'server information'),
    }),
    encode: (reply, out) =>
      void out.put(2, serverIdValue, reply.serverId).put(3, text, reply.name).maybe(4, prose, reply.text),
  },
};
