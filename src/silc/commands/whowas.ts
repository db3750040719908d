import type { ClientId } from '../ids.js';
import type { Command } from './command.js';
import { clientIdValue, prose, text, u32 } from './values.js';

export interface WhowasRequest {
  readonly nickname: string;
  readonly count?: number | undefined;
}

export interface WhowasReply {
  readonly clientId: ClientId;
  /** `nick@server`. */
  readonly nickname: string;
  /** `user@host`. */
  readonly user: string;
  readonly realName?: string | undefined;
}

/** WHOWAS (draft commands-07, 2.3.2). A client that changed its nickname is found under the last one only. */
export const whowas: Command<WhowasRequest, WhowasReply> = {
  number: 2,
  name: 'WHOWAS',
  minArguments: 1,
  maxArguments: 2,
  order: 'free',
  strict: false,
  list: true,
  request: {
    decode: (args) => ({
      nickname: args.get(1, text, 'nickname'),
      count: args.find(2, u32, 'count'),
    }),
    encode: ({ nickname, count }, out) => void out.put(1, text, nickname).maybe(2, u32, count),
  },
  reply: {
    decode: (args) => ({
      clientId: args.get(2, clientIdValue, 'client ID'),
      nickname: args.get(3, text, 'nickname'),
      user: args.get(4, prose, 'user name'),
      realName: args.find(5, prose, 'real name'),
    }),
    encode(reply, out) {
      out
        .put(2, clientIdValue, reply.clientId)
        .put(3, text, reply.nickname)
        .put(4, prose, reply.user)
        .maybe(5, prose, reply.realName);
    },
  },
};
