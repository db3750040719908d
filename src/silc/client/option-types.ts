import type { CryptoBackend, RsaPrivateNumbers } from '../crypto/backend.js';
import type { SilcPublicKey } from '../crypto/public-key.js';
import type { ByteStream } from '../stream.js';
import type { JoinKeyChange } from './channel-types.js';
import type { DetachedSession } from './detached-session.js';
import type { WatchingOptions } from './presence-types.js';

/** How to authenticate the connection (draft ke-auth-09, 3). Without it the server is asked which method it wants. */
export type ConnectionAuth =
  | { readonly method: 'none' }
  | { readonly method: 'passphrase'; readonly passphrase: string }
  | { readonly method: 'publickey' };

/** A key pair: public key blob and identifier, and the private numbers. */
export interface KeyPair {
  readonly publicKey: SilcPublicKey;
  readonly privateKey: RsaPrivateNumbers;
}

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
  readonly signal?: AbortSignal;
}

/** How a message is sent. */
export interface MessageOptions {
  readonly kind?: 'text' | 'action' | 'notice';
  /**
   * Signed with the session's key; default false. `with-key` sends the public key along, for receivers that do not know it
   * and cannot ask for it; the toolkit never does.
   */
  readonly sign?: boolean | 'with-key';
  /** Asks the receiver's client not to answer by itself. */
  readonly noReply?: boolean;
  /** Marks an answer that nobody has written; `noReply` is set with it. */
  readonly autoReply?: boolean;
  /**
   * Asks the receiver's client to acknowledge a private message, which it can only where the two have a key: the event
   * `acknowledged` tells that it did, `unacknowledged` that it did not within 30 s (or so many milliseconds, up to a day) or cannot. No
   * client of the toolkit does. Default false; not with `noReply` or `autoReply`.
   */
  readonly acknowledge?: boolean | { readonly timeoutMs: number };
  /** Part of an exchange between programs (draft flags-payloads-04, 3.1 and 3.2): a question, its answer, or its end. */
  readonly exchange?: 'request' | 'reply' | 'stop';
  /** Flags of the private range (0x2000, 0x4000, 0x8000), whose meaning is the application's. */
  readonly privateFlags?: number;
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

/** How `connectSession` (in `connect.ts`) reaches and enters a SILC network. */
export interface ConnectOptions {
  readonly host: string;
  /** Default 706. */
  readonly port?: number;
  /** Own byte stream instead of TCP to host and port. */
  readonly stream?: ByteStream;
  /** The identity of the user: others know it by the fingerprint of its public key. */
  readonly keyPair: KeyPair;
  /** Default: ask the server, then `none` or `publickey`. */
  readonly auth?: ConnectionAuth;
  readonly nickname: string;
  /**
   * Takes up a detached session instead of registering: its nickname, modes, channels and watches, in place of
   * `nickname`, `username` and `realName` here. The channels are there at once as they were, and are then compared with
   * the server's: the event `resumed` tells the end of that.
   */
  readonly resume?: DetachedSession;
  /** How often is asked for watched people where the server does not notify. */
  readonly watching?: WatchingOptions;
  /** User name and real name as other SILC users see them. No host part is added. */
  readonly username: string;
  readonly realName?: string;
  /** Decides whether the server's key is the right one. Rejecting or resolving false ends with SilcError `server-key`. */
  readonly verifyServerKey: (key: SilcPublicKey, fingerprint: string) => boolean | Promise<boolean>;
  /** Default `nodeBackend`. */
  readonly backend?: CryptoBackend;
  /** Wire names, most wanted first; each list that is left out has its default. @throws SilcError `usage` for unknown names */
  readonly proposal?: Partial<AlgorithmProposal>;
  /** Deadline of the whole connect, default 30,000 ms. */
  readonly timeoutMs?: number;
  /** Ends the connect. A session that is there is ended by `quit` or `destroy`. */
  readonly signal?: AbortSignal;
  /** Rekey after so many milliseconds (default 3,600,000) or so many octets in either direction (default 2^30). */
  readonly rekey?: { readonly intervalMs?: number; readonly octets?: number; readonly pfs?: boolean };
  /** PING each `intervalMs` (default 60,000); no answer within `timeoutMs` (default 120,000) closes with `timeout`. */
  readonly liveness?: { readonly intervalMs: number; readonly timeoutMs: number };
  /**
   * Begin key exchanges for private messages with everybody who takes part in them; default false: answer only. The
   * first message to somebody then waits up to five seconds for an answer.
   */
  readonly negotiatePrivateKeys?: boolean;
  /** Acknowledge private messages that ask for it; default true. It tells that this client is there. */
  readonly answerAcknowledgements?: boolean;
  /** Deadline of a command, default 40,000 ms. */
  readonly commandTimeoutMs?: number;
}

/** Algorithm lists of a key exchange, wire names, most wanted first. The peer takes the first of each that it has. */
export interface AlgorithmProposal {
  /** Also known: `diffie-hellman-group3`, which silcd has not. */
  readonly groups: readonly string[];
  /** `aes` or `twofish`, 256, 192 or 128 bits, `cbc`; `aes` also `ctr`: as in `aes-256-cbc`. */
  readonly ciphers: readonly string[];
  /** `sha256`, `sha1`; weak: `md5`. */
  readonly hashes: readonly string[];
  /** `hmac-sha256-96`, `hmac-sha1-96`, and in full length without `-96`; weak: those of `md5`. */
  readonly hmacs: readonly string[];
}
