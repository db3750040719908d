import type { KeyPair } from '../../crypto/key-pair.js';
import type { SilcPublicKey } from '../../crypto/public-key.js';
import type { ChannelId, ClientId } from '../../ids.js';
import type { UndecryptableReason } from './messages.js';
import type { Channel } from './network.js';

/** What a channel asks of whoever joins, and what a new one is to have. */
export interface JoinOptions {
  readonly passphrase?: string;
  /** Wire name of the cipher, where this join creates the channel. */
  readonly cipher?: string;
  /**
   * Wire name of the HMAC, where this join creates the channel. Members of the toolkit use `hmac-sha1-96` all the same,
   * and so does this engine until it hears a message under the channel's own.
   */
  readonly hmac?: string;
  /**
   * Comes back as founder of a channel with +f, past invite list, ban list and limit: the founder key, `true` for the
   * session's. Servers may ask that it be the session's; what does not prove it joins as everybody else.
   */
  readonly founder?: KeyPair | true;
  /** A key of the list of a channel with +C; `true` for the session's. */
  readonly joinKey?: KeyPair | true;
  /** Called when the command leaves: before, it waits for others of this session. */
  readonly onSending?: () => void;
  /** Withdraws a join that waits; one that has been sent and succeeds afterwards is left again, and nobody is told. */
  readonly signal?: AbortSignal;
}

/** Result of a join. `created` when this join made the channel. */
export interface JoinResult {
  readonly channel: Channel;
  readonly created: boolean;
  /** What oneself is there by the reply, a `ChannelUserMode` mask: `channel.members` may learn of it later. */
  readonly mode: number;
  /** When JOIN was sent and when it was answered, on the monotonic clock: what is said from then on is heard. */
  readonly sentAt: number;
  readonly answeredAt: number;
  /** Both lists of the channel, by the reply; undefined where one was there already. */
  readonly lists?: Readonly<Record<AccessListName, readonly AccessEntry[]>>;
  /** By whose holder the channel knows its founder, by the reply. */
  readonly founderKey?: SilcPublicKey | undefined;
}

/**
 * Partial change of a channel's modes: names of `ChannelMode`, with the arguments some of them need. An argument without
 * its mode in `set` is refused (`usage`).
 */
export interface ChannelModeChange {
  /** Bits to set. */
  readonly set?: number;
  /** Bits to clear. */
  readonly clear?: number;
  readonly userLimit?: number;
  readonly passphrase?: string;
  /** Wire name, with `ChannelMode.cipher`. */
  readonly cipher?: string;
  /**
   * Wire name, with `ChannelMode.hmac`. For channels without members of the toolkit: those do not agree on the key of an
   * HMAC that was changed, so that they cannot read each other any more. This engine reads all of them.
   */
  readonly hmac?: string;
  /** With `ChannelMode.founderAuth`: another founder key than the session's. */
  readonly founderKey?: KeyPair;
  /** With `ChannelMode.channelAuth`: keys to add and delete; some at the first time. */
  readonly joinKeys?: JoinKeyChange;
}

/** An entry of an invite or ban list. */
export type AccessEntry =
  /** `nick[@server][!user[@host]]`; servers read it as a regular expression, case-sensitive. */
  | { readonly kind: 'mask'; readonly mask: string }
  | { readonly kind: 'key'; readonly key: SilcPublicKey }
  /** Of one Client ID: it ends with the next nickname. */
  | { readonly kind: 'client'; readonly clientId: ClientId }
  /** Only read: of a number or a key type that is not known. */
  | { readonly kind: 'other'; readonly number: number; readonly data: Uint8Array };

/** The two lists of a channel: who may come in all the same, and who may not. */
export type AccessListName = 'invite' | 'ban';

/** What the server says of a channel when it is asked. */
export interface ChannelSettings {
  /** `ChannelMode` mask. */
  readonly mode: number;
  readonly userLimit: number | undefined;
  /** With +f: the key whose holder is the founder. */
  readonly founderKey: SilcPublicKey | undefined;
  /** With +C: keys with which one may join. Those of unknown types are left out. */
  readonly joinKeys: readonly SilcPublicKey[];
}

/** Keys added to and deleted from the list of +C. */
export interface JoinKeyChange {
  readonly add?: readonly SilcPublicKey[];
  readonly delete?: readonly SilcPublicKey[];
}

/** A channel private key, without the secret. */
export interface ChannelPrivateKeyInfo {
  readonly name: string;
  /** Wire names. */
  readonly cipher: string;
  readonly hmac: string;
  /** Own messages are sent with it. */
  readonly selected: boolean;
}

/** Algorithms of a channel private key, by wire name. */
export interface ChannelPrivateKeyOptions {
  /** One with a 256-bit key; default `aes-256-cbc`. */
  readonly cipher?: string;
  /** Default `hmac-sha1-96`. */
  readonly hmac?: string;
}

/** Counts since the session began. */
export interface ChannelStatistics {
  readonly undecryptable: Readonly<Record<UndecryptableReason, number>>;
}

/** Rights, lists and keys of joined channels. Commands reject as those of `SilcSession`; `usage` when not joined. */
export interface ChannelControl {
  /** Asks for modes and keys (CMODE without a mask). */
  settings(channel: ChannelId): Promise<ChannelSettings>;
  /** Becomes the founder of a channel with +f by the founder key; default the session's key. */
  claimFounder(channel: ChannelId, keyPair?: KeyPair): Promise<void>;
  /** Asks for one of the lists. */
  entries(channel: ChannelId, list: AccessListName): Promise<readonly AccessEntry[]>;
  /** Adds entries to a list, or deletes them. @returns the list afterwards. @throws SilcError `bad-string`, `limit`; `usage` for an entry that cannot be sent */
  editEntries(
    channel: ChannelId,
    list: AccessListName,
    action: 'add' | 'delete',
    entries: readonly AccessEntry[],
  ): Promise<readonly AccessEntry[]>;
  /**
   * Sets a private key for a channel, or replaces the one of this name. Up to 16 a channel, until one leaves it. Messages
   * are opened with any of them; the first one is used for sending while the channel has +k, until `selectPrivateKey`.
   * @throws SilcError `usage` for an unsuitable cipher or HMAC or an empty secret, `overflow`
   */
  setPrivateKey(
    channel: ChannelId,
    name: string,
    secret: string | Uint8Array,
    options?: ChannelPrivateKeyOptions,
  ): void;
  /** True when there was one. */
  removePrivateKey(channel: ChannelId, name: string): boolean;
  /** Own messages are sent with this key from now on. @throws SilcError `usage` when there is none of this name */
  selectPrivateKey(channel: ChannelId, name: string): void;
  /** The keys that are set, in the order in which they were. */
  privateKeys(channel: ChannelId): readonly ChannelPrivateKeyInfo[];
  readonly statistics: ChannelStatistics;
}
