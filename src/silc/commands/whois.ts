import type { ClientId } from '../ids.js';
import type { Command } from './command.js';
import { channelList, clientIdValue, modeList, octets, prose, text, u32 } from './values.js';
import type { ChannelPayload } from '../packets/channel-payload.js';

/** Either a nickname (`nick[@server]`) or IDs; IDs win when both are given. */
export interface WhoisRequest {
  readonly nickname?: string | undefined;
  /** At most so many answers. */
  readonly count?: number | undefined;
  /** Requested attributes, octets of Attribute Payloads. */
  readonly attributes?: Uint8Array | undefined;
  readonly ids?: readonly ClientId[] | undefined;
}

/** One client. Channels hide private and secret ones, even from the client itself. */
export interface WhoisReply {
  readonly clientId: ClientId;
  /** `nick@server`. */
  readonly nickname: string;
  /** `user@host`. */
  readonly user: string;
  readonly realName?: string | undefined;
  readonly channels?: readonly ChannelPayload[] | undefined;
  /** `UserMode` mask. */
  readonly mode?: number | undefined;
  readonly idleSeconds?: number | undefined;
  /** SHA-1 of the public key, 20 octets. */
  readonly fingerprint?: Uint8Array | undefined;
  /** `ChannelUserMode` masks, one for each of `channels`. */
  readonly channelUserModes?: readonly number[] | undefined;
  /** Attribute Payloads. */
  readonly attributes?: Uint8Array | undefined;
}

/** WHOIS (draft commands-07, 2.3.1). */
export const whois: Command<WhoisRequest, WhoisReply> = {
  number: 1,
  name: 'WHOIS',
  minArguments: 1,
  maxArguments: 256,
  order: 'free',
  strict: false,
  list: true,
  // 1 nickname, 2 count u32, 3 requested attributes, 4… Client IDs
  request: {
    decode: (args) => ({
      nickname: args.find(1, text, 'nickname'),
      count: args.find(2, u32, 'count'),
      attributes: args.find(3, octets, 'attributes'),
      ids: args.from(4, clientIdValue, 'client ID'),
    }),
    encode({ nickname, count, attributes, ids = [] }, out) {
      out.maybe(1, text, nickname).maybe(2, u32, count).maybe(3, octets, attributes);
      ids.forEach((id, i) => out.put(4 + i, clientIdValue, id));
    },
  },
  // 2 Client ID, 3 nick@server, 4 user@host, 5 real name, 6 channels, 7 mode, 8 idle, 9 fingerprint, 10 modes on channels, 11 attributes
  reply: {
    decode: (args) => ({
      clientId: args.get(2, clientIdValue, 'client ID'),
      nickname: args.get(3, text, 'nickname'),
      user: args.get(4, prose, 'user name'),
      realName: args.find(5, prose, 'real name'),
      channels: args.find(6, channelList, 'channels'),
      mode: args.find(7, u32, 'user mode'),
      idleSeconds: args.find(8, u32, 'idle time'),
      fingerprint: args.find(9, octets, 'fingerprint'),
      channelUserModes: args.find(10, modeList, 'channel user modes'),
      attributes: args.find(11, octets, 'attributes'),
    }),
    encode(reply, out) {
      out
        .put(2, clientIdValue, reply.clientId)
        .put(3, text, reply.nickname)
        .put(4, prose, reply.user)
        .maybe(5, prose, reply.realName)
        .maybe(6, channelList, reply.channels)
        .maybe(7, u32, reply.mode)
        .maybe(8, u32, reply.idleSeconds)
        .maybe(9, octets, reply.fingerprint)
        .maybe(10, modeList, reply.channelUserModes)
        .maybe(11, octets, reply.attributes);
    },
  },
};
