import type { SilcPublicKey } from '../crypto/public-key.js';
import type { ChannelId, ClientId } from '../ids.js';
import type { KeyPair } from './types.js';

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

/** Why a channel message could not be read. */
export type UndecryptableReason =
  /** The server has given no key for this channel. */
  | 'no-key'
  /** The server's key is for a cipher that is not known. */
  | 'unsupported-cipher'
  /** Members use private keys (+k), and none is set here. */
  | 'no-private-key'
  /** Members use private keys, and it is under none of those set here. */
  | 'other-private-key'
  /** It is under none of the channel's keys, or was changed on its way. */
  | 'wrong-key'
  /** The key is right, but what it protects is no message. */
  | 'malformed';

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
