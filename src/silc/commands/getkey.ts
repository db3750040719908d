import type { TypedId } from '../ids.js';
import type { Command } from './command.js';
import { anyIdValue, octets } from './values.js';

export interface GetkeyRequest {
  /** A client or a server. */
  readonly id: TypedId;
}

export interface GetkeyReply {
  readonly id: TypedId;
  /** Public Key Payload; missing when the server has none. */
  readonly publicKey?: Uint8Array | undefined;
}

/** GETKEY (draft commands-07, 2.3.26). Answers at once, also for unknown IDs (status 22). */
export const getkey: Command<GetkeyRequest, GetkeyReply> = {
  number: 26,
  name: 'GETKEY',
  minArguments: 1,
  maxArguments: 1,
  order: 'free',
  strict: false,
  list: false,
  request: {
    decode: (args) => ({ id: args.get(1, anyIdValue, 'ID') }),
    encode: ({ id }, out) => void out.put(1, anyIdValue, id),
  },
  reply: {
    decode: (args) => ({
      id: args.get(2, anyIdValue, 'ID'),
      publicKey: args.find(3, octets, 'public key'),
    }),
    encode: ({ id, publicKey }, out) => void out.put(2, anyIdValue, id).maybe(3, octets, publicKey),
  },
};
