import type { ChannelId, ClientId, ServerId, TypedId } from '../ids.js';
import type { Argument } from './argument-list.js';

/**
 * What a notify says, by type (draft pp-09, 2.3.7). Texts of unknown charset are decoded as `decodeText` does. `by` is
 * whoever did it: a client, server or channel.
 */
export type Notify =
  /** Welcome lines and operators' notices. */
  | { readonly type: 'none'; readonly text: string }
  | {
      readonly type: 'invite';
      readonly channelId: ChannelId;
      readonly channelName: string;
      readonly inviter: ClientId;
    }
  | { readonly type: 'join'; readonly clientId: ClientId; readonly channelId: ChannelId }
  /** The channel is the destination of the packet. */
  | { readonly type: 'leave'; readonly clientId: ClientId }
  | { readonly type: 'signoff'; readonly clientId: ClientId; readonly message?: string | undefined }
  /** The channel is the destination of the packet; an empty topic is none. */
  | { readonly type: 'topic-set'; readonly by: TypedId; readonly topic: string }
  | {
      readonly type: 'nick-change';
      readonly oldId: ClientId;
      /** May be equal to `oldId` in the notify about oneself. */
      readonly newId: ClientId;
      /** Undefined where the server leaves it out. */
      readonly nickname?: string | undefined;
    }
  | {
      readonly type: 'cmode-change';
      readonly by: TypedId;
      /** The complete new `ChannelMode` mask. */
      readonly mode: number;
      readonly cipher?: string | undefined;
      readonly hmac?: string | undefined;
      /** The channel's passphrase, in the clear to all members: secret, not to be relayed or logged. */
      readonly passphrase?: Uint8Array | undefined;
      /** Public Key Payload. */
      readonly founderKey?: Uint8Array | undefined;
      /** Argument List Payload of Public Key Payloads; argument type 0 added, 1 deleted. */
      readonly channelKeys?: readonly Argument[] | undefined;
      readonly userLimit?: number | undefined;
    }
  | {
      readonly type: 'cumode-change';
      readonly by: TypedId;
      /** The complete new `ChannelUserMode` mask. */
      readonly mode: number;
      readonly target: ClientId;
      /** Public Key Payload. */
      readonly founderKey?: Uint8Array | undefined;
    }
  | { readonly type: 'motd'; readonly text: string }
  /** Two routers found that they had the same channel. Members and keys stay. */
  | { readonly type: 'channel-change'; readonly oldId: ChannelId; readonly newId: ChannelId }
  | {
      readonly type: 'server-signoff';
      readonly serverId: ServerId;
      readonly clientIds: readonly ClientId[];
    }
  | {
      readonly type: 'kicked';
      readonly clientId: ClientId;
      readonly comment?: string | undefined;
      readonly by?: TypedId | undefined;
    }
  | {
      readonly type: 'killed';
      readonly clientId: ClientId;
      readonly comment?: string | undefined;
      readonly by?: TypedId | undefined;
    }
  | { readonly type: 'umode-change'; readonly clientId: ClientId; readonly mode: number }
  | {
      readonly type: 'ban';
      readonly channelId: ChannelId;
      /** 0 added, 1 deleted. */
      readonly action?: number | undefined;
      readonly list?: readonly Argument[] | undefined;
    }
  /** `status` 22: a private message to a client that does not exist; 23: the same for a channel. */
  | { readonly type: 'error'; readonly status: number; readonly id?: TypedId | undefined }
  | {
      readonly type: 'watch';
      readonly clientId: ClientId;
      readonly nickname?: string | undefined;
      /** `UserMode` mask. */
      readonly mode: number;
      /** `NotifyType` of what happened; undefined: came onto the network. */
      readonly notifyType?: number | undefined;
      /** Public Key Payload. */
      readonly publicKey?: Uint8Array | undefined;
    }
  | { readonly type: 'unknown'; readonly number: number; readonly args: readonly Argument[] };
