import type { CommandMessage } from '../commands/command.js';
import type { ClientId } from '../ids.js';
import type {
  MessageParties,
  MessagePayload,
  MessageSignature,
  MimeEntity,
  OutgoingMessage,
} from '../messages/index.js';
import type { Notify } from '../packets/notify.js';
import type {
  MimeDestination,
  MimeOptions,
  MultimediaAbout,
  MultimediaEvent,
  Protection,
  SentMessage,
  SignatureState,
  UndecryptableReason,
} from './api/messages.js';
import type { DetachedSession } from './detached-session.js';
import type { JudgedSignature } from './messages/judged-signature.js';
import type { UserRecord } from './people/users.js';
import type { SeatHolder } from './shared/shared-channel.js';

/*
 * What the parts of a session use of each other. Each part imports these interfaces through `SessionContext`, never the
 * class behind them, so that the imports have no circle and a part that nobody uses is never made.
 */

/** Protection of private messages between two users. */
export interface PrivateMessageProtection {
  /** Opens the payload of a PRIVATE_MESSAGE packet; undefined where there is nothing to show. @throws SilcError `malformed` */
  open(parties: MessageParties, flags: number, payload: Uint8Array): OpenedPrivateMessage | undefined;
  /** Runs `task`, which sends a message to this client, when it is settled what the message is protected by. */
  pass<T>(receiver: ClientId, task: () => Promise<T>): Promise<T>;
  /** The payload of a message; it has to be sent, and in order. @throws SilcError `limit` */
  protect(
    parties: MessageParties & { readonly receiver: ClientId },
    message: OutgoingMessage,
  ): ProtectedPrivateMessage;
  /** A message to this client has not arrived, or was not sent. */
  lost(id: ClientId): void;
  /** The user has gone. */
  forget(user: UserRecord): void;
  /** Users with whom there are negotiated keys: messages from them are under these. */
  negotiatedWith(): readonly ClientId[];
  /** The keys that were negotiated with this client are lost, and it does not know: new ones, before it writes under them. */
  renegotiate(id: ClientId): void;
  /** PRIVATE_MESSAGE_KEY. @throws SilcError `malformed` */
  receiveOffer(source: ClientId, payload: Uint8Array): void;
}

/** A private message out of its protection. */
export interface OpenedPrivateMessage {
  readonly message: MessagePayload;
  readonly protection: Protection;
  /** What to answer, where the message asks to be acknowledged and is under a key. */
  readonly acknowledgement?: Uint8Array;
}

/** The payload of a private message, and the flags of its packet. */
export interface ProtectedPrivateMessage {
  readonly payload: Uint8Array;
  readonly flags: number;
  /** What the receiver answers, where the message asks to be acknowledged and is under a key. */
  readonly acknowledgement?: Uint8Array;
}

/** Acknowledgements of private messages, in both directions. */
export interface AcknowledgementTracker {
  /** A message that asks for it was opened: `data` is its acknowledgement. @returns what sends it, where the application decides */
  answer(sender: UserRecord, data: Uint8Array): (() => void) | undefined;
  /** An acknowledgement has come. */
  receive(sender: UserRecord, data: Uint8Array): void;
  /** Waits for the acknowledgement of a message. */
  expect(asked: AskedMessage, sent: Promise<SentMessage>): void;
}

/** A message that asks to be acknowledged, on its way. */
export interface AskedMessage {
  readonly receiver: UserRecord;
  /** What the receiver has to answer; undefined where the message is under no key, and cannot be acknowledged. */
  readonly acknowledgement: Uint8Array | undefined;
  /** How long to wait for it, in milliseconds. */
  readonly timeoutMs: number;
}

/** Judges signatures of messages. */
export interface SignatureJudge {
  /**
   * The state now, or a promise of it where the sender's key has to be found first. Never rejects.
   * @param knownBy the session that keeps the sender's record, which may be another one; default this one
   */
  check(
    sender: UserRecord,
    signature: MessageSignature,
    knownBy?: SeatHolder,
  ): SignatureState | Promise<SignatureState>;
}

/** What is known of a private message, or of one fragment of it. */
export interface ReceivedMessage {
  readonly judged: JudgedSignature;
  readonly protection: Protection;
}

/** Makes events of the MIME messages that belong to multimedia sessions, and sends such messages. */
export interface MultimediaMessages {
  /** What a message tells; undefined for every message that belongs to no multimedia session. */
  event(sender: UserRecord, about: Omit<MultimediaAbout, 'sender'>): MultimediaEvent | undefined;
}

/** Sends a MIME message. @throws as `SilcSession.sendMime` */
export type SendMime = (
  destination: MimeDestination,
  entity: MimeEntity,
  options?: MimeOptions,
) => Promise<SentMessage>;

/** Answers private messages while nobody is there. */
export interface AutoReplier {
  /** A private message with these flags has come. */
  consider(sender: UserRecord, flags: number): void;
}

/** Counts messages that could not be read. */
export interface UndecryptableCounter {
  count(reason: UndecryptableReason): void;
}

/** Watches, and attributes of the own user. */
export interface PresencePackets {
  watchNotify(notify: Extract<Notify, { type: 'watch' }>): void;
  /** A command of the server. @throws SilcError `malformed` */
  asked(message: CommandMessage): void;
  /** The users of a server that is gone. */
  serverGone(users: readonly ClientId[]): void;
  /** What is watched, for a detached session. */
  watched(): DetachedSession['watches'];
  /** Watches of a session that was resumed. */
  restore(watches: DetachedSession['watches']): Promise<void>;
}
