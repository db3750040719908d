import type { ChannelId, ClientId } from '../../ids.js';
import type { MimeEntity } from '../../messages/index.js';
import type { Channel, User } from './network.js';

/** What the signature of a message says. `unknown-key`: well-formed, but no key is at hand that belongs to the sender. */
export type SignatureState = 'none' | 'verified' | 'unknown-key' | 'failed';

/** How a private message was protected: only under the session with the server, or end to end by a key. */
export type Protection = 'session' | 'static-key' | 'negotiated-key';

/**
 * How a channel message was protected: by the channel's key, which the server has too, or by one that its members have set
 * among themselves.
 */
export type ChannelProtection = 'channel-key' | 'private-key';

/** A decoded message payload (draft pp-09, 2.3.2.6). */
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

/**
 * One key of a channel, as sessions that share know it (`SessionSharing`): the same object for each of them that has it; of a private
 * key each has an object of its own. It tells nothing of the key. `SilcSession.holdsKey` asks whether a session has it now.
 */
export interface ChannelKeyRef {
  /** Counts the keys of this process. */
  readonly generation: number;
}

/** What `say` and `tell` handed to the socket. */
export interface SentMessage {
  /** The how many-th message of the session it is, from 1: see `SilcSession.messagesRead`. */
  readonly number: number;
  /** Same computation as `Message.digest`, over the payload as sent. */
  readonly digest: string;
  /** Of a message to a channel. */
  readonly protection?: ChannelProtection;
  /** Of a message to a channel: what it was protected with. */
  readonly key?: ChannelKeyRef;
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
  /**
   * Called when the message is made, synchronously before its packet is handed to the socket: whoever receives a copy
   * can recognise it by the digest. Of a MIME message in fragments called for the last one. Must not throw.
   */
  readonly onSending?: (sent: SentMessage) => void;
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

/**
 * - `no-key`: it was sent under no key with the receiver, so there is nothing that it could be acknowledged by.
 * - `timeout`: nothing came in time. Clients of the toolkit never answer.
 * - `overflow`: too many others are awaited.
 */
export type UnacknowledgedReason = 'no-key' | 'timeout' | 'overflow';

/** Where a MIME message goes. */
export type MimeDestination = { readonly channel: ChannelId } | { readonly user: ClientId };

/**
 * As of text. Each fragment is signed of its own; of a message in fragments the last one asks to be acknowledged.
 */
export type MimeOptions = Pick<MessageOptions, 'sign' | 'exchange' | 'acknowledge' | 'noReply' | 'onSending'>;

/** Somebody wants to begin a multimedia session (draft multimedia-session-00, 3). Sent again it is the same object. */
export interface MultimediaOffer {
  /** Session description (SDP). */
  readonly sdp: string;
  /** MD5 of the description, 32 hex digits: it names the session when it is ended. */
  readonly sdpDigest: string;
  /** Keeps the offer from being declined. Only while the event is told: afterwards it is declined, and this is false. */
  take(): boolean;
  /** Takes it with an own description, which goes to who has offered. @throws as `sendMime` */
  answer(sdp: string): Promise<void>;
  /** Declines it later, or ends the session: tells who has offered. @throws as `sendMime` */
  decline(): Promise<void>;
}

/** An offer of this side. Answers and refusals come as events. */
export interface OwnMultimediaOffer {
  readonly sdpDigest: string;
  /** Tells everybody who got the offer that the session is over. @throws as `sendMime` */
  end(): Promise<void>;
}

/** How an event about a multimedia session came. */
export interface MultimediaAbout {
  readonly sender: User;
  /** Undefined where it came as a private message. */
  readonly channel: Channel | undefined;
  readonly message: Message;
  readonly protection: Protection | ChannelProtection;
}

/** MIME messages that belong to a multimedia session come as these events, and not as messages. */
export type MultimediaEvent =
  /**
   * An offer that nobody takes is declined where it came as a private message and wants an answer. On a channel silence
   * declines it.
   */
  | ({ readonly type: 'multimedia-offer'; readonly offer: MultimediaOffer } & MultimediaAbout)
  | ({ readonly type: 'multimedia-answer'; readonly sdp: string } & MultimediaAbout)
  /**
   * The offer or session with this digest is declined or over, says `sender`. `whose` offer it was: where it is `own` and on
   * a channel, one of many is out and the others go on; where it is `unknown`, it was offered by and to somebody else, and
   * means nothing here.
   */
  | ({
      readonly type: 'multimedia-ended';
      readonly sdpDigest: string;
      readonly whose: 'own' | 'sender' | 'unknown';
    } & MultimediaAbout);
