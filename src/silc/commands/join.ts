import type { ChannelId, ClientId } from '../ids.js';
import type { Command } from './command.js';
import {
  channelIdValue,
  clientIdList,
  clientIdValue,
  listEntries,
  modeList,
  octets,
  prose,
  text,
  u32,
} from './values.js';
import type { ListEntry } from './values.js';

export interface JoinRequest {
  readonly name: string;
  /** One's own Client ID, mandatory. */
  readonly clientId: ClientId;
  readonly passphrase?: string | undefined;
  /** Cipher and HMAC count only when this join creates the channel. */
  readonly cipher?: string | undefined;
  readonly hmac?: string | undefined;
  /** Authentication Payload with the founder key. */
  readonly founderAuth?: Uint8Array | undefined;
  /** Authentication Payload with a channel key. */
  readonly channelAuth?: Uint8Array | undefined;
}

/** The reply comes before the own JOIN notify and holds the channel key. */
export interface JoinReply {
  /** In the spelling of the first creator. */
  readonly name: string;
  readonly channelId: ChannelId;
  readonly clientId: ClientId;
  /** `ChannelMode` mask. */
  readonly mode: number;
  /** 1 when this join created the channel. */
  readonly created?: number | undefined;
  /** Channel Key Payload; missing where members use private keys. */
  readonly channelKey?: Uint8Array | undefined;
  readonly bans?: readonly ListEntry[] | undefined;
  readonly invites?: readonly ListEntry[] | undefined;
  readonly topic?: string | undefined;
  readonly hmac?: string | undefined;
  /** How many members there are; the lists themselves say it too. */
  readonly memberCount?: number | undefined;
  /** Members, oneself included, and their `ChannelUserMode` masks. */
  readonly members: readonly ClientId[];
  readonly memberModes: readonly number[];
  /** Public Key Payload. */
  readonly founderKey?: Uint8Array | undefined;
  readonly channelKeys?: readonly ListEntry[] | undefined;
  readonly userLimit?: number | undefined;
}

/** JOIN (draft commands-07, 2.3.14). */
export const join: Command<JoinRequest, JoinReply> = {
  number: 14,
  name: 'JOIN',
  minArguments: 2,
  maxArguments: 7,
  order: 'channel',
  strict: true,
  list: false,
  request: {
    decode: (args) => ({
      name: args.get(1, text, 'channel name'),
      clientId: args.get(2, clientIdValue, 'client ID'),
      passphrase: args.find(3, prose, 'passphrase'),
      cipher: args.find(4, text, 'cipher'),
      hmac: args.find(5, text, 'HMAC'),
      founderAuth: args.find(6, octets, 'founder authentication'),
      channelAuth: args.find(7, octets, 'channel authentication'),
    }),
    encode(request, out) {
      out
        .put(1, text, request.name)
        .put(2, clientIdValue, request.clientId)
        .maybe(3, prose, request.passphrase)
        .maybe(4, text, request.cipher)
        .maybe(5, text, request.hmac)
        .maybe(6, octets, request.founderAuth)
        .maybe(7, octets, request.channelAuth);
    },
  },
  // A count (12) that differs from the lists is not an error.
  reply: {
    decode: (args) => ({
      name: args.get(2, text, 'channel name'),
      channelId: args.get(3, channelIdValue, 'channel ID'),
      clientId: args.get(4, clientIdValue, 'client ID'),
      mode: args.get(5, u32, 'channel mode'),
      created: args.find(6, u32, 'created'),
      channelKey: args.find(7, octets, 'channel key'),
      bans: args.find(8, listEntries, 'ban list'),
      invites: args.find(9, listEntries, 'invite list'),
      topic: args.find(10, prose, 'topic'),
      hmac: args.find(11, text, 'HMAC'),
      memberCount: args.find(12, u32, 'member count'),
      members: args.find(13, clientIdList, 'members') ?? [],
      memberModes: args.find(14, modeList, 'member modes') ?? [],
      founderKey: args.find(15, octets, 'founder key'),
      channelKeys: args.find(16, listEntries, 'channel public keys'),
      userLimit: args.find(17, u32, 'user limit'),
    }),
    encode(reply, out) {
      out
        .put(2, text, reply.name)
        .put(3, channelIdValue, reply.channelId)
        .put(4, clientIdValue, reply.clientId)
        .put(5, u32, reply.mode)
        .maybe(6, u32, reply.created)
        .maybe(7, octets, reply.channelKey)
        .maybe(8, listEntries, reply.bans)
        .maybe(9, listEntries, reply.invites)
        .maybe(10, prose, reply.topic)
        .maybe(11, text, reply.hmac)
        .put(12, u32, reply.memberCount ?? reply.members.length)
        .maybe(13, clientIdList, reply.members)
        .maybe(14, modeList, reply.memberModes)
        .maybe(15, octets, reply.founderKey)
        .maybe(16, listEntries, reply.channelKeys)
        .maybe(17, u32, reply.userLimit);
    },
  },
};
