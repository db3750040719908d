import type { CryptoBackend, RsaPrivateNumbers } from '../crypto/backend.js';
import type { SilcPublicKey } from '../crypto/public-key.js';
import type { SilcError } from '../errors.js';
import type { ChannelId, ClientId, ServerId } from '../ids.js';
import type { NegotiatedAlgorithms } from '../ke/negotiation.js';
import type { KeyAgreement } from '../packets/key-agreement.js';
import type { ByteStream } from '../stream.js';
import type { MimeEntity } from '../messages/index.js';
import type { ChannelControl, JoinKeyChange, UndecryptableReason } from './channel-types.js';
import type { MimeDestination, MimeOptions, MultimediaEvent } from './mime-types.js';
import type { DetachedSession } from './detached-session.js';
import type {
  AnsweredAttributes,
  PresenceEvent,
  PresenceSession,
  WatchingOptions,
  WhoisOptions,
} from './presence-types.js';

/**
 * The picture of the network that a client session keeps, and the events by which it changes. The objects are live
 * and read-only to the application: they always show the newest state, and an event comes after the change it tells.
 */

/** A SILC client as far as it is known. Only the Client ID is an identity, and it changes with every NICK. */
export interface User {
  readonly clientId: ClientId;
  /** Display form as the server tells it, without `@server`; undefined until resolved by WHOIS. */
  readonly nickname: string | undefined;
  /** Server name behind the `@` of the nickname. */
  readonly server: string | undefined;
  readonly username: string | undefined;
  readonly hostname: string | undefined;
  readonly realName: string | undefined;
  /** User mode mask, `UserMode` in `modes.ts`; undefined until known. */
  readonly mode: number | undefined;
  /** SHA-1 of the public key, 40 hex digits, lower case; undefined until known. */
  readonly fingerprint: string | undefined;
  /** Idle time in seconds at the newest WHOIS. */
  readonly idleSeconds: number | undefined;
}

/** A user on a channel. */
export interface Member {
  readonly user: User;
  /** `ChannelUserMode` mask in `modes.ts`. */
  readonly mode: number;
}

export interface Channel {
  readonly id: ChannelId;
  /** The spelling the server gave, UTF-8. */
  readonly name: string;
  /** `ChannelMode` mask in `modes.ts`. */
  readonly mode: number;
  readonly topic: string | undefined;
  readonly userLimit: number | undefined;
  /** Everybody on it, oneself included, by Client ID. */
  readonly members: ReadonlyMap<ClientId, Member>;
}

/** What the signature of a message says. `unknown-key`: well-formed, but no key is at hand that belongs to the sender. */
export type SignatureState = 'none' | 'verified' | 'unknown-key' | 'failed';

/** How a private message was protected: only under the session with the server, or end to end by a key. */
export type Protection = 'session' | 'static-key' | 'negotiated-key';

/** A decoded message payload (draft pp-09, 2.3.9; flags in protocol section 8.2). */
export interface Message {
  readonly flags: number;
  readonly kind: 'text' | 'action' | 'notice' | 'mime';
  /** The text, decoded as UTF-8 or (without UTF8 flag, where it is not UTF-8) as Latin-1; undefined for MIME. */
  readonly text: string | undefined;
  /** The octets as they came; of a MIME message in fragments the message that they make. */
  readonly data: Uint8Array;
  /** Of kind `mime`, where it can be read. */
  readonly mime?: MimeEntity;
  readonly signature: SignatureState;
  /**
   * SHA-256 over the message payload octets exactly as they were on the wire (for a channel message: ciphertext, signed
   * part, IV and MAC), 64 hex digits. The same for the sender (`SentMessage`) and for every receiver on one server.
   */
  readonly digest: string;
}

/** What `say` and `tell` handed to the socket. */
export interface SentMessage {
  /** Same computation as `Message.digest`, over the payload as sent. */
  readonly digest: string;
}

/** Why somebody is no longer on a channel. */
export type DepartureCause =
  | { readonly kind: 'leave' }
  | { readonly kind: 'signoff'; readonly message: string | undefined }
  | { readonly kind: 'kicked'; readonly comment: string | undefined; readonly by: User | undefined }
  | { readonly kind: 'killed'; readonly comment: string | undefined; readonly by: User | undefined }
  | { readonly kind: 'server-signoff' }
  /** Found missing by a resynchronisation (USERS). */
  | { readonly kind: 'vanished' };

/** Who did something: a known user, or a server or channel by name where it was none. */
export type Actor = User | undefined;

/** Everything a session tells its application. `channel` objects stay valid after one has left them, but no longer change. */
export type SessionEvent =
  /** A text of the server: welcome lines, operator notices (NOTIFY NONE), message of the day. */
  | { readonly type: 'server-notice'; readonly text: string }
  | { readonly type: 'motd'; readonly text: string }
  | {
      readonly type: 'channel-message';
      readonly channel: Channel;
      readonly sender: User;
      readonly message: Message;
    }
  /** A channel message that no key at hand decrypts, or whose MAC fails. */
  | {
      readonly type: 'channel-message-undecryptable';
      readonly channel: Channel;
      readonly senderId: ClientId;
      readonly reason: UndecryptableReason;
    }
  | {
      readonly type: 'private-message';
      readonly sender: User;
      readonly message: Message;
      readonly protection: Protection;
    }
  /** A private message under keys that are not at hand. */
  | { readonly type: 'private-message-undecryptable'; readonly sender: User }
  /**
   * Somebody has set a key of a passphrase for messages between the two, and waits for the same here: see
   * `setPrivateKey`. Names of algorithms are as they came.
   */
  | {
      readonly type: 'private-key-offered';
      readonly user: User;
      readonly cipher: string;
      readonly hmac: string;
    }
  /**
   * Somebody wants to make keys over a direct connection (KEY_AGREEMENT): listens at `host` and `port` (often told as 0),
   * or with an empty `host` asks where to connect to. Nothing is answered, which declines it.
   */
  | {
      readonly type: 'key-agreement-offered';
      readonly user: User;
      readonly host: string;
      readonly port: number;
      readonly transport: 'tcp' | 'udp';
    }
  /** Somebody else came onto a channel. Already resolved, or with `nickname` undefined when resolution failed. */
  | { readonly type: 'member-joined'; readonly channel: Channel; readonly member: Member }
  /** Somebody else's name became known after `join` or `member-joined` had shown the user unresolved. */
  | { readonly type: 'user-resolved'; readonly user: User }
  /** Somebody left; `self` when it was this session (kicked, killed). Own `leave()` gives no event. */
  | {
      readonly type: 'member-left';
      readonly channel: Channel;
      readonly user: User;
      readonly cause: DepartureCause;
      readonly self: boolean;
    }
  /** A user's nickname and Client ID changed; `user` is the same object with the new values. `self` for one's own. */
  | {
      readonly type: 'nick-changed';
      readonly user: User;
      readonly oldClientId: ClientId;
      readonly oldNickname: string | undefined;
      readonly self: boolean;
    }
  | { readonly type: 'topic-changed'; readonly channel: Channel; readonly topic: string; readonly by: Actor }
  | {
      readonly type: 'channel-mode-changed';
      readonly channel: Channel;
      readonly oldMode: number;
      readonly by: Actor;
    }
  | {
      readonly type: 'member-mode-changed';
      readonly channel: Channel;
      readonly member: Member;
      readonly oldMode: number;
      readonly by: Actor;
    }
  /** A network join gave the channel another ID; `channel` is the same object, and the old ID still leads to it. */
  | { readonly type: 'channel-id-changed'; readonly channel: Channel; readonly oldId: ChannelId }
  | {
      readonly type: 'invited';
      readonly channelName: string;
      readonly channelId: ChannelId;
      readonly by: Actor;
    }
  /** A message could not be delivered: its destination is unknown to the server (NOTIFY ERROR 22 or 23). */
  | {
      readonly type: 'delivery-failed';
      readonly clientId: ClientId | undefined;
      readonly channelId: ChannelId | undefined;
    }
  /** A user offers a file, or tells where to connect to for one: `FileTransfers` in `transfer/` takes it from here. */
  | { readonly type: 'file-transfer'; readonly sender: User; readonly agreement: KeyAgreement }
  | PresenceEvent
  | MultimediaEvent
  | { readonly type: 'rekeyed' }
  /** The end, exactly once and last. `error` undefined after an own `quit()`. */
  | { readonly type: 'closed'; readonly error: SilcError | undefined };

export type SessionEventOf<T extends SessionEvent['type']> = Extract<SessionEvent, { type: T }>;

/** How to authenticate the connection (draft ke-auth-09, 3). `auto` asks the server which method it wants. */
export type ConnectionAuth =
  | { readonly method: 'none' }
  | { readonly method: 'passphrase'; readonly passphrase: string }
  | { readonly method: 'publickey' };

/** A key pair: public key blob and identifier, and the private numbers. */
export interface KeyPair {
  readonly publicKey: SilcPublicKey;
  readonly privateKey: RsaPrivateNumbers;
}

export interface WhoisResult {
  readonly user: User;
  /** Names of shared or public channels, with their mode. */
  readonly channels: readonly { readonly name: string; readonly id: ChannelId; readonly mode: number }[];
  /** Where they were asked for. */
  readonly attributes?: AnsweredAttributes;
}

export interface ListedChannel {
  readonly id: ChannelId;
  readonly name: string;
  /** Undefined where there is none or it is hidden (private channel). */
  readonly topic: string | undefined;
  readonly users: number;
}

/** Result of a join. `created` when this join made the channel. */
export interface JoinResult {
  readonly channel: Channel;
  readonly created: boolean;
}

export interface JoinOptions {
  readonly passphrase?: string;
  /** Wire name of the cipher, where this join creates the channel. */
  readonly cipher?: string;
  /**
   * Comes back as founder of a channel with +f, past invite list, ban list and limit: the founder key, `true` for the
   * session's. Servers may ask that it be the session's; what does not prove it joins as everybody else.
   */
  readonly founder?: KeyPair | true;
  /** A key of the list of a channel with +C; `true` for the session's. */
  readonly joinKey?: KeyPair | true;
  readonly signal?: AbortSignal;
}

export interface MessageOptions {
  readonly kind?: 'text' | 'action' | 'notice';
  /** Signed with the session's key; default false. */
  readonly sign?: boolean;
  /** Asks the receiver's client not to answer by itself. */
  readonly noReply?: boolean;
  /** Marks an answer that nobody has written; `noReply` is set with it. */
  readonly autoReply?: boolean;
}

/** A key of private messages with one user. */
export interface PrivateKeyInfo {
  readonly user: User;
  readonly kind: 'static-key' | 'negotiated-key';
  /** Wire names. */
  readonly cipher: string;
  readonly hmac: string;
  /** Of a static key: whether this side set it first. */
  readonly role: 'initiator' | 'responder' | undefined;
}

/** Partial change of a channel's modes: names of `ChannelMode`, with the arguments some of them need. */
export interface ChannelModeChange {
  /** Bits to set. */
  readonly set?: number;
  /** Bits to clear. */
  readonly clear?: number;
  readonly userLimit?: number;
  readonly passphrase?: string;
  /** Wire name, with `ChannelMode.cipher`. */
  readonly cipher?: string;
  /** With `ChannelMode.founderAuth`: another founder key than the session's. */
  readonly founderKey?: KeyPair;
  /** With `ChannelMode.channelAuth`: keys to add and delete; some at the first time. */
  readonly joinKeys?: JoinKeyChange;
}

/** State of a session (discriminated by `name`). */
export type SessionState =
  'connecting' | 'keying' | 'authenticating' | 'registering' | 'ready' | 'closing' | 'closed';

/**
 * A registered SILC client session. Commands reject with SilcCommandError (the server refused), or SilcError `timeout`,
 * `closed`, `overflow`, `bad-string`, `usage`.
 */
export interface SilcSession extends PresenceSession {
  readonly state: SessionState;
  /** Oneself. */
  readonly self: User;
  readonly serverId: ServerId;
  readonly serverPublicKey: SilcPublicKey;
  /** Version string of the server's key exchange, such as `SILC-1.2-1.1.19 silc-server`. */
  readonly serverVersion: string;
  /** What the key exchange agreed on; it stays with every rekey. */
  readonly algorithms: NegotiatedAlgorithms;
  /** Joined channels by ID. */
  readonly channels: ReadonlyMap<ChannelId, Channel>;
  /** Finds a joined channel by name (prepared form compared). */
  channelByName(name: string): Channel | undefined;

  /** All events in order; listeners run synchronously and their errors are reported, never thrown into the session. Returns the remover. */
  subscribe(listener: (event: SessionEvent) => void): () => void;

  /** Resolves once every member is resolved, or the resolution deadline (10 s) passed: late names come as `user-resolved`. */
  join(name: string, options?: JoinOptions): Promise<JoinResult>;
  leave(channel: ChannelId): Promise<void>;
  /** Sends to a channel; resolves when handed to the socket. @throws SilcError `limit` beyond 64,000 octets, `usage` when empty or not joined. */
  say(channel: ChannelId, text: string, options?: MessageOptions): Promise<SentMessage>;
  /** Sends a private message. Same errors as `say`. */
  tell(user: ClientId, text: string, options?: MessageOptions): Promise<SentMessage>;
  /** Tells a user where this side listens for a file transfer, or asks for an address. For `FileTransfers`. */
  sendFileTransfer(user: ClientId, agreement: KeyAgreement): Promise<void>;
  /**
   * Sets a key of a passphrase for private messages with a user, who has to set the same; it is used at once, and no
   * other keys are. `role` is by default `responder` where the other has announced it (`private-key-offered`).
   * @throws SilcError `usage`, `unsupported`, `overflow`
   */
  setPrivateKey(user: ClientId, passphrase: string, role?: 'initiator' | 'responder'): Promise<void>;
  /** Drops the keys of private messages with a user. True when there were some. */
  removePrivateKey(user: ClientId): boolean;
  privateKeyList(): readonly PrivateKeyInfo[];
  /** Answers private messages by itself, everybody at most once in ten minutes, and never an automatic answer; undefined ends it. @throws as `tell` */
  setAutoReply(text: string | undefined): void;
  /**
   * Sends a MIME message, in fragments where it is long. The result tells the digest of the last one.
   * @throws SilcError `limit` beyond 4 MiB, `usage` for fields that cannot be written; as `say` and `tell`
   */
  sendMime(destination: MimeDestination, entity: MimeEntity, options?: MimeOptions): Promise<SentMessage>;
  /** Founder rights, lists, keys and settings of channels. */
  readonly channelControl: ChannelControl;
  nick(nickname: string): Promise<void>;
  setTopic(channel: ChannelId, topic: string): Promise<void>;
  invite(channel: ChannelId, user: ClientId): Promise<void>;
  kick(channel: ChannelId, user: ClientId, comment?: string): Promise<void>;
  /** Adds or deletes an entry of the ban list: `nick[@server][!user[@host]]`. */
  ban(channel: ChannelId, action: 'add' | 'delete', mask: string): Promise<void>;
  bans(channel: ChannelId): Promise<readonly string[]>;
  setChannelMode(channel: ChannelId, change: ChannelModeChange): Promise<void>;
  /** Changes bits of one member's mode; the full mask is composed here. */
  setMemberMode(channel: ChannelId, user: ClientId, change: { set?: number; clear?: number }): Promise<void>;
  setUserMode(change: { set?: number; clear?: number }): Promise<void>;
  /** All holders of a nickname; empty when there is none. */
  whois(nickname: string, options?: WhoisOptions): Promise<readonly WhoisResult[]>;
  /** One client by ID; undefined when unknown. Never batches, negatively cached. */
  whoisById(user: ClientId): Promise<WhoisResult | undefined>;
  list(): Promise<readonly ListedChannel[]>;
  serverInfo(): Promise<{ readonly name: string; readonly text: string }>;
  motd(): Promise<string>;
  /** Public key of a client, checked against its WHOIS fingerprint where that is known; undefined when the server has none. */
  getKey(user: ClientId): Promise<SilcPublicKey | undefined>;
  /** Round trip to the server in milliseconds. */
  ping(): Promise<number>;
  rekey(): Promise<void>;
  /** QUIT, then waits for the server to close (bounded), then drops the stream. Never rejects. */
  quit(message?: string): Promise<void>;
  /** Drops the stream at once. */
  destroy(): void;
}

/** How `connectSession` (in `connect.ts`) reaches and enters a SILC network. */
export interface ConnectOptions {
  readonly host: string;
  /** Default 706. */
  readonly port?: number;
  /** Own byte stream instead of TCP to host and port. */
  readonly stream?: ByteStream;
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
  readonly watching?: WatchingOptions;
  /** User name and real name as other SILC users see them. No host part is added. */
  readonly username: string;
  readonly realName?: string;
  /** Decides whether the server's key is the right one. Rejecting or resolving false ends with SilcError `server-key`. */
  readonly verifyServerKey: (key: SilcPublicKey, fingerprint: string) => boolean | Promise<boolean>;
  readonly backend?: CryptoBackend;
  /** Wire names, most wanted first; defaults in `crypto/algorithms.ts`. */
  readonly proposal?: Partial<AlgorithmProposal>;
  /** Deadline of the whole connect, default 30,000 ms. */
  readonly timeoutMs?: number;
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
  /** Deadline of a command, default 40,000 ms. */
  readonly commandTimeoutMs?: number;
}

/** Algorithm lists of a key exchange, wire names, most wanted first. */
export interface AlgorithmProposal {
  readonly groups: readonly string[];
  readonly ciphers: readonly string[];
  readonly hashes: readonly string[];
  readonly hmacs: readonly string[];
}
