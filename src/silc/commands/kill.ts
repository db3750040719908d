import type { ClientId } from '../ids.js';
import type { Command } from './command.js';
import { clientIdValue, octets, prose } from './values.js';

/** Removes a client: as router operator, or (with `auth` over the target's ID) one's own session. */
export interface KillRequest {
  readonly clientId: ClientId;
  readonly comment?: string | undefined;
  /** Authentication Payload. */
  readonly auth?: Uint8Array | undefined;
}

export interface KillReply {
  readonly clientId: ClientId;
}

/** KILL (draft commands-07, 2.3.9). */
export const kill: Command<KillRequest, KillReply> = {
  number: 9,
  name: 'KILL',
  minArguments: 1,
  maxArguments: 3,
  order: 'own-kind',
  strict: true,
  list: false,
  request: {
    decode: (args) => ({
      clientId: args.get(1, clientIdValue, 'client ID'),
      comment: args.find(2, prose, 'comment'),
      auth: args.find(3, octets, 'authentication'),
    }),
    encode: ({ clientId, comment, auth }, out) =>
      void out.put(1, clientIdValue, clientId).maybe(2, prose, comment).maybe(3, octets, auth),
  },
  reply: {
    decode: (args) => ({ clientId: args.get(2, clientIdValue, 'client ID') }),
    encode: ({ clientId }, out) => void out.put(2, clientIdValue, clientId),
  },
};
