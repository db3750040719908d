import type { ServerId } from '../ids.js';
import { nothing } from './arguments.js';
import type { Nothing } from './arguments.js';
import type { Command } from './command.js';
import { serverIdValue } from './values.js';

export interface PingRequest {
  /** The own server only. */
  readonly serverId: ServerId;
}

/** PING (draft commands-07, 2.3.12). */
export const ping: Command<PingRequest, Nothing> = {
  number: 12,
  name: 'PING',
  minArguments: 1,
  maxArguments: 1,
  order: 'free',
  strict: false,
  list: false,
  request: {
    decode: (args) => ({ serverId: args.get(1, serverIdValue, 'server ID') }),
    encode: ({ serverId }, out) => void out.put(1, serverIdValue, serverId),
  },
  reply: nothing,
};
