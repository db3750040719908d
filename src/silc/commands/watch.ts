import type { ClientId } from '../ids.js';
import { nothing } from './arguments.js';
import type { Nothing } from './arguments.js';
import type { Command } from './command.js';
import { clientIdValue, listEntries, text } from './values.js';
import type { ListEntry } from './values.js';

/** At most three arguments at a time. Standalone servers accept it and never notify. */
export interface WatchRequest {
  readonly clientId: ClientId;
  readonly add?: string | undefined;
  readonly delete?: string | undefined;
  /** Entry numbers 0 add, 1 delete; Public Key Payloads. */
  readonly keys?: readonly ListEntry[] | undefined;
}

/** WATCH (draft commands-07, 2.3.22). */
export const watch: Command<WatchRequest, Nothing> = {
  number: 22,
  name: 'WATCH',
  minArguments: 1,
  maxArguments: 3,
  order: 'own-kind',
  strict: false,
  list: false,
  request: {
    decode: (args) => ({
      clientId: args.get(1, clientIdValue, 'client ID'),
      add: args.find(2, text, 'nickname to watch'),
      delete: args.find(3, text, 'nickname to forget'),
      keys: args.find(4, listEntries, 'public keys'),
    }),
    encode: (request, out) =>
      void out
        .put(1, clientIdValue, request.clientId)
        .maybe(2, text, request.add)
        .maybe(3, text, request.delete)
        .maybe(4, listEntries, request.keys),
  },
  reply: nothing,
};
