import { nothing } from './arguments.js';
import type { ArgumentsCodec, Nothing } from './arguments.js';
import type { Command } from './command.js';
import { text, u32 } from './values.js';

/**
 * Commands for server operators out of the private range (200 to 254) of the drafts, as silcd has them: they stand in no
 * draft, and another server may mean something else by their numbers.
 */

/** Another server, by the name or address that the link is configured with. */
export interface LinkRequest {
  readonly host: string;
  /** TCP port; 706 where it is missing. */
  readonly port?: number | undefined;
}

const link: ArgumentsCodec<LinkRequest> = {
  decode: (args) => ({ host: args.get(1, text, 'host'), port: args.find(2, u32, 'port') }),
  encode: ({ host, port }, out) => void out.put(1, text, host).maybe(2, u32, port),
};

const common = { order: 'free' as const, strict: false, list: false, reply: nothing };

/** CONNECT: links the server to another one. An OK says that it tries. */
export const connect: Command<LinkRequest, Nothing> = {
  number: 200,
  name: 'CONNECT',
  minArguments: 1,
  maxArguments: 2,
  request: link,
  ...common,
};

/** CLOSE: ends the link to another server. */
export const close: Command<LinkRequest, Nothing> = {
  number: 201,
  name: 'CLOSE',
  minArguments: 1,
  maxArguments: 2,
  request: link,
  ...common,
};

/** SHUTDOWN: ends the server. */
export const shutdown: Command<Nothing, Nothing> = {
  number: 202,
  name: 'SHUTDOWN',
  minArguments: 0,
  maxArguments: 0,
  request: nothing,
  ...common,
};
