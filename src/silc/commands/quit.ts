import { nothing } from './arguments.js';
import type { Nothing } from './arguments.js';
import type { Command } from './command.js';
import { prose } from './values.js';

export interface QuitRequest {
  /** silcd drops a message beyond 128 octets. */
  readonly message?: string | undefined;
}

/** QUIT (draft commands-07, 2.3.8). There is no reply: the server closes after about 200 ms. */
export const quit: Command<QuitRequest, Nothing> = {
  number: 8,
  name: 'QUIT',
  minArguments: 0,
  maxArguments: 1,
  order: 'free',
  strict: false,
  list: false,
  request: {
    decode: (args) => ({ message: args.find(1, prose, 'quit message') }),
    encode: ({ message }, out) => void out.maybe(1, prose, message),
  },
  reply: nothing,
};
