import type { ClientId } from '../ids.js';
import type { Command } from './command.js';
import { clientIdValue, u32 } from './values.js';

/** Own mask only; without `mode` it asks. The mask is complete: bits left out are cleared. */
export interface UmodeRequest {
  readonly clientId: ClientId;
  readonly mode?: number | undefined;
}

export interface UmodeReply {
  readonly mode: number;
}

/** UMODE (draft commands-07, 2.3.16). */
export const umode: Command<UmodeRequest, UmodeReply> = {
  number: 16,
  name: 'UMODE',
  minArguments: 1,
  maxArguments: 2,
  order: 'own-kind',
  strict: false,
  list: false,
  request: {
    decode: (args) => ({
      clientId: args.get(1, clientIdValue, 'client ID'),
      mode: args.find(2, u32, 'user mode'),
    }),
    encode: ({ clientId, mode }, out) => void out.put(1, clientIdValue, clientId).maybe(2, u32, mode),
  },
  reply: {
    decode: (args) => ({ mode: args.get(2, u32, 'user mode') }),
    encode: ({ mode }, out) => void out.put(2, u32, mode),
  },
};
