import type { ChannelId, ClientId } from '../ids.js';
import type { Command } from './command.js';
import { channelIdValue, clientIdValue, octets, u32 } from './values.js';

/** The mask is complete: bits left out are cleared. */
export interface CumodeRequest {
  readonly channelId: ChannelId;
  /** `ChannelUserMode` mask. */
  readonly mode: number;
  readonly clientId: ClientId;
  /** Authentication Payload, mandatory to become founder. */
  readonly auth?: Uint8Array | undefined;
}

export interface CumodeReply {
  readonly mode: number;
  readonly channelId: ChannelId;
  readonly clientId: ClientId;
}

/** CUMODE (draft commands-07, 2.3.18). */
export const cumode: Command<CumodeRequest, CumodeReply> = {
  number: 18,
  name: 'CUMODE',
  minArguments: 3,
  maxArguments: 4,
  order: 'channel',
  strict: false,
  list: false,
  request: {
    decode: (args) => ({
      channelId: args.get(1, channelIdValue, 'channel ID'),
      mode: args.get(2, u32, 'channel user mode'),
      clientId: args.get(3, clientIdValue, 'client ID'),
      auth: args.find(4, octets, 'authentication'),
    }),
    encode: ({ channelId, mode, clientId, auth }, out) =>
      void out
        .put(1, channelIdValue, channelId)
        .put(2, u32, mode)
        .put(3, clientIdValue, clientId)
        .maybe(4, octets, auth),
  },
  reply: {
    decode: (args) => ({
      mode: args.get(2, u32, 'channel user mode'),
      channelId: args.get(3, channelIdValue, 'channel ID'),
      clientId: args.get(4, clientIdValue, 'client ID'),
    }),
    encode: ({ mode, channelId, clientId }, out) =>
      void out.put(2, u32, mode).put(3, channelIdValue, channelId).put(4, clientIdValue, clientId),
  },
};
