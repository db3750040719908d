import type { ClientId } from '../ids.js';
import type { Command } from './command.js';
import { clientIdValue, text } from './values.js';

export interface NickRequest {
  /** silcd cuts silently beyond 128 octets. */
  readonly nickname: string;
}

/** From this reply on the old Client ID is dead: packets with it are dropped without a word. */
export interface NickReply {
  readonly clientId: ClientId;
  readonly nickname?: string | undefined;
}

/** NICK (draft commands-07, 2.3.4). */
export const nick: Command<NickRequest, NickReply> = {
  number: 4,
  name: 'NICK',
  minArguments: 1,
  maxArguments: 1,
  order: 'alone',
  strict: true,
  list: false,
  request: {
    decode: (args) => ({ nickname: args.get(1, text, 'nickname') }),
    encode: ({ nickname }, out) => void out.put(1, text, nickname),
  },
  reply: {
    decode: (args) => ({
      clientId: args.get(2, clientIdValue, 'client ID'),
      nickname: args.find(3, text, 'nickname'),
    }),
    encode: ({ clientId, nickname }, out) =>
      void out.put(2, clientIdValue, clientId).maybe(3, text, nickname),
  },
};
