import type { ChannelId, ClientId } from '../ids.js';
import type { Channel, ChannelProtection, Message, MessageOptions, Protection, User } from './types.js';

/** Where a MIME message goes. */
export type MimeDestination = { readonly channel: ChannelId } | { readonly user: ClientId };

/**
 * As of text. Each fragment is signed of its own; of a message in fragments the last one asks to be acknowledged.
 */
export type MimeOptions = Pick<MessageOptions, 'sign' | 'exchange' | 'acknowledge' | 'noReply'>;

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
