import type { CryptoBackend } from '../../crypto/backend.js';
import type { KeyPair } from '../../crypto/key-pair.js';
import type { SilcPublicKey } from '../../crypto/public-key.js';
import type { ChannelId, ClientId, ServerId } from '../../ids.js';
import type { ConnectionAuth } from '../../ke/connection-auth.js';
import type { AlgorithmProposal, NegotiatedAlgorithms } from '../../ke/negotiation.js';
import type { MimeEntity } from '../../messages/index.js';
import type { KeyAgreement } from '../../packets/key-agreement.js';
import type { ByteStream } from '../../stream.js';
import type { DetachedSession } from '../detached-session.js';
import type { ChannelControl, ChannelModeChange, JoinOptions, JoinResult } from './channels.js';
import type { SessionEvent } from './events.js';
import type { KeyAgreementControl } from './key-agreements.js';
import type { NetworkLookup, OperatorCommands } from './lookup.js';
import type {
  ChannelKeyRef,
  MessageOptions,
  MimeDestination,
  MimeOptions,
  OwnMultimediaOffer,
  PrivateKeyInfo,
  SentMessage,
} from './messages.js';
import type { Channel, ListedChannel, User, WhoisByIdOptions, WhoisOptions, WhoisResult } from './network.js';
import type { SessionWatchdogOptions } from '../session-watchdog.js';
import type { SessionSharing } from '../shared/session-sharing.js';
import type { PresenceSession, WatchingOptions } from './presence.js';

/**
 * State of a session: `closing` from `quit`, or from the answer to `detach`, until the server has closed. `closed` is the
 * last one, also after it was detached.
 */
export type SessionState = 'ready' | 'closing' | 'closed';

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
  /**
   * When the last packet came, on the monotonic clock (`performance.now()`); while the answer of a PING is overdue, when that was
   * sent: the link was stalled. Of a stream that the server has ended, its end.
   */
  readonly lastHeardAt: number;
  /**
   * So many messages of this session (`SentMessage.number`) the server has read for certain: it has answered a command that was
   * sent behind them, if need be a PING. Those beyond it are in doubt when the session is over.
   */
  readonly messagesRead: number;
  /** Joined channels by ID. */
  readonly channels: ReadonlyMap<ChannelId, Channel>;
  /** Finds a joined channel by name (prepared form compared). */
  channelByName(name: string): Channel | undefined;

  /**
   * True when this session keeps the members of a channel for all sessions that share it (`ConnectOptions.sharing`), as
   * the first one there does. Only this one tells what concerns the channel or others on it: `member-joined`,
   * `member-left` and `nick-changed` of others, `user-resolved`, `member-mode-changed`, `channel-mode-changed`,
   * `topic-changed`. When it goes, the next one leads and tells what differs from what was told so far.
   */
  leads(channel: ChannelId): boolean;
  /** True when messages under this key of the channel can be read by this session now. */
  holdsKey(channel: ChannelId, key: ChannelKeyRef): boolean;
  /** The private key that a message to a channel would be under now; undefined where it has no such mode, or this session no key. */
  sendingPrivateKey(channel: ChannelId): ChannelKeyRef | undefined;

  /**
   * All events in order, those about one user and those about one channel each for itself; listeners run synchronously and
   * their errors are reported, never thrown into the session. Returns the remover.
   */
  subscribe(listener: (event: SessionEvent) => void): () => void;

  /**
   * Resolves once every member is resolved, or the resolution deadline (10 s) passed: late names come as `user-resolved`.
   * Where another session leads, it resolves with the reply.
   */
  join(name: string, options?: JoinOptions): Promise<JoinResult>;
  /** LEAVE: the channel, its keys and members are forgotten. @throws SilcError `usage` when not joined */
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
  /** Users with whom there are keys of private messages now, without the keys. */
  privateKeyList(): readonly PrivateKeyInfo[];
  /** Answers private messages by itself, everybody at most once in ten minutes, and never an automatic answer; undefined ends it. @throws as `tell` */
  setAutoReply(text: string | undefined): void;
  /**
   * Sends a MIME message, in fragments where it is long. The result tells the digest of the last one.
   * @throws SilcError `limit` beyond 4 MiB, `usage` for fields that cannot be written; as `say` and `tell`
   */
  sendMime(destination: MimeDestination, entity: MimeEntity, options?: MimeOptions): Promise<SentMessage>;
  /**
   * Offers a multimedia session (draft multimedia-session-00): sends its description (SDP) and remembers it, so that the event
   * that ends it is known to be about it. @throws as `sendMime`
   */
  offerMultimedia(destination: MimeDestination, sdp: string): Promise<OwnMultimediaOffer>;
  /** Keys for private messages, over a direct connection with their receiver. */
  readonly keyAgreements: KeyAgreementControl;
  /** Founder rights, lists, keys and settings of channels. */
  readonly channelControl: ChannelControl;
  /** Questions about people, channels and servers beyond one's own channels. */
  readonly lookup: NetworkLookup;
  /** Commands of those who run servers. */
  readonly operator: OperatorCommands;
  /** NICK: changes the own Client ID too; `self` has the new one. @throws SilcError `bad-string` */
  nick(nickname: string): Promise<void>;
  /**
   * TOPIC, at most 256 octets (`limit`). An empty one cannot be sent (`bad-string`): SILC has no way to take a topic away.
   */
  setTopic(channel: ChannelId, topic: string): Promise<void>;
  /** INVITE of a user; for the list of masks and keys see `channelControl.editEntries`. */
  invite(channel: ChannelId, user: ClientId): Promise<void>;
  /** KICK. Comments beyond 128 octets are refused (`limit`). */
  kick(channel: ChannelId, user: ClientId, comment?: string): Promise<void>;
  /** Adds or deletes an entry of the ban list: `nick[@server][!user[@host]]`. */
  ban(channel: ChannelId, action: 'add' | 'delete', mask: string): Promise<void>;
  /** Masks of the ban list; `channelControl.entries` tells keys and Client IDs too. */
  bans(channel: ChannelId): Promise<readonly string[]>;
  /**
   * Changes modes of a channel and leaves the others as they are, also those that somebody else changes at the same time:
   * these are made again afterwards. That holds for one change of each side; of several at once the server's order decides.
   * @throws SilcError `usage` for an argument without its mode, `bad-string`; SilcCommandError without the rights, sent or not
   */
  setChannelMode(channel: ChannelId, change: ChannelModeChange): Promise<void>;
  /** Changes bits of one member's mode; as `setChannelMode`. @throws SilcError `usage` for somebody who is not a member */
  setMemberMode(channel: ChannelId, user: ClientId, change: { set?: number; clear?: number }): Promise<void>;
  /** Changes bits of the own `UserMode`; the full mask is composed here. */
  setUserMode(change: { set?: number; clear?: number }): Promise<void>;
  /** All holders of a nickname; empty when there is none. */
  whois(nickname: string, options?: WhoisOptions): Promise<readonly WhoisResult[]>;
  /** One client by ID, in a WHOIS of its own; undefined when unknown, which is remembered for a minute. */
  whoisById(user: ClientId, options?: WhoisByIdOptions): Promise<WhoisResult | undefined>;
  /** All channels that are not secret (LIST). */
  list(): Promise<readonly ListedChannel[]>;
  /** INFO of the own server. */
  serverInfo(): Promise<{ readonly name: string; readonly text: string }>;
  /** Message of the day of the own server; empty where there is none. */
  motd(): Promise<string>;
  /**
   * Public key of a client; undefined when the server has none.
   * @throws SilcError `authentication` when it is not the one of the fingerprint that WHOIS tells, where that is known
   */
  getKey(user: ClientId): Promise<SilcPublicKey | undefined>;
  /** Round trip to the server in milliseconds. */
  ping(): Promise<number>;
  /** New keys for the connection with the server now; otherwise it happens by time and by octets (`ConnectOptions.rekey`). */
  rekey(): Promise<void>;
  /** QUIT, then waits for the server to close (at most 5 s), then drops the stream. A message beyond 128 octets is cut. Never rejects. */
  quit(message?: string): Promise<void>;
  /**
   * While paused nothing is read from the server, so that it is held back by TCP; for an application that cannot keep up. Replies to
   * commands wait as well and count against their deadlines, and a server that is gone is noticed only afterwards.
   * A silcd drops a client whose send queue is full, so pauses should be short.
   */
  setReadPaused(paused: boolean): void;
  /** Drops the stream at once; the error of `closed` has the code `closed`. */
  destroy(): void;
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
  /**
   * PING each `intervalMs` (default 40,000), and `dueMs` (default 5,000) after something was sent that no answer has proven to be
   * read; no packet within `timeoutMs` (default 12,000) after it, and a second more, closes with `timeout`.
   */
  readonly liveness?: Partial<SessionWatchdogOptions>;
  /**
   * Begin key exchanges for private messages with everybody who takes part in them; default false: answer only. The
   * first message to somebody then waits up to five seconds for an answer.
   */
  readonly negotiatePrivateKeys?: boolean;
  /**
   * Acknowledge private messages that ask for it; default true. It tells that this client is there. `by-application`: the event
   * `private-message` has the means to do it.
   */
  readonly answerAcknowledgements?: boolean | 'by-application';
  /** Deadline of a command, default 40,000 ms. */
  readonly commandTimeoutMs?: number;
  /**
   * Sessions with the same one, made by the application for each network, share what they know of channels and the
   * messages that they open, as far as they are on the same server. Default: this session shares with nobody.
   */
  readonly sharing?: SessionSharing;
}
