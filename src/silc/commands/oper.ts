import { nothing } from './arguments.js';
import type { ArgumentsCodec, Nothing } from './arguments.js';
import type { Command } from './command.js';
import { octets, text } from './values.js';

export interface OperRequest {
  readonly username: string;
  /** Authentication Payload. */
  readonly auth?: Uint8Array | undefined;
}

const request: ArgumentsCodec<OperRequest> = {
  decode: (args) => ({
    username: args.get(1, text, 'user name'),
    auth: args.find(2, octets, 'authentication'),
  }),
  encode: ({ username, auth }, out) => void out.put(1, text, username).maybe(2, octets, auth),
};

const common = {
  minArguments: 1,
  maxArguments: 2,
  order: 'free' as const,
  strict: false,
  list: false,
  request,
  reply: nothing,
};

/** OPER: become server operator (draft commands-07, 2.3.13). */
export const oper: Command<OperRequest, Nothing> = { number: 13, name: 'OPER', ...common };

/** SILCOPER: become router operator (draft commands-07, 2.3.23). */
export const silcoper: Command<OperRequest, Nothing> = { number: 23, name: 'SILCOPER', ...common };
