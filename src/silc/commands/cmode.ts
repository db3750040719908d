import type { ChannelId } from '../ids.js';
import type { Command } from './command.js';
import { channelIdValue, listEntries, octets, prose, text, u32 } from './values.js';
import type { ListEntry } from './values.js';

/** Without `mode` it asks. The mask is complete: bits left out are cleared. */
export interface CmodeRequest {
  readonly channelId: ChannelId;
  /** `ChannelMode` mask. */
  readonly mode?: number | undefined;
  readonly userLimit?: number | undefined;
  readonly passphrase?: string | undefined;
  readonly cipher?: string | undefined;
  readonly hmac?: string | undefined;
  /** Authentication Payload, mandatory with FOUNDER_AUTH. */
  readonly auth?: Uint8Array | undefined;
  /** Public Key Payload. */
  readonly founderKey?: Uint8Array | undefined;
  /** Entry numbers 0 add, 1 delete; Public Key Payloads. */
  readonly channelKeys?: readonly ListEntry[] | undefined;
}

export interface CmodeReply {
  readonly channelId: ChannelId;
  readonly mode: number;
  readonly founderKey?: Uint8Array | undefined;
  readonly channelKeys?: readonly ListEntry[] | undefined;
  readonly userLimit?: number | undefined;
}

/** CMODE (draft commands-07, 2.3.17). */
export const cmode: Command<CmodeRequest, CmodeReply> = {
  number: 17,
  name: 'CMODE',
  minArguments: 1,
  maxArguments: 9,
  order: 'channel',
  strict: true,
  list: false,
  request: {
    decode: (args) => ({
      channelId: args.get(1, channelIdValue, 'channel ID'),
      mode: args.find(2, u32, 'channel mode'),
      userLimit: args.find(3, u32, 'user limit'),
      passphrase: args.find(4, prose, 'passphrase'),
      cipher: args.find(5, text, 'cipher'),
      hmac: args.find(6, text, 'HMAC'),
      auth: args.find(7, octets, 'authentication'),
      founderKey: args.find(8, octets, 'founder key'),
      channelKeys: args.find(9, listEntries, 'channel public keys'),
    }),
    encode(request, out) {
      out
        .put(1, channelIdValue, request.channelId)
        .maybe(2, u32, request.mode)
        .maybe(3, u32, request.userLimit)
        .maybe(4, prose, request.passphrase)
        .maybe(5, text, request.cipher)
        .maybe(6, text, request.hmac)
        .maybe(7, octets, request.auth)
        .maybe(8, octets, request.founderKey)
        .maybe(9, listEntries, request.channelKeys);
    },
  },
  reply: {
    decode: (args) => ({
      channelId: args.get(2, channelIdValue, 'channel ID'),
      mode: args.get(3, u32, 'channel mode'),
      founderKey: args.find(4, octets, 'founder key'),
      channelKeys: args.find(5, listEntries, 'channel public keys'),
      userLimit: args.find(6, u32, 'user limit'),
    }),
    encode(reply, out) {
      out
        .put(2, channelIdValue, reply.channelId)
        .put(3, u32, reply.mode)
        .maybe(4, octets, reply.founderKey)
        .maybe(5, listEntries, reply.channelKeys)
        .maybe(6, u32, reply.userLimit);
    },
  },
};
