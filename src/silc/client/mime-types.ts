import type { ChannelId, ClientId } from '../ids.js';
import type { Channel, Message, MessageOptions, User } from './types.js';

export type MimeDestination = { readonly channel: ChannelId } | { readonly user: ClientId };

/**
 * As of text. Each fragment is signed of its own; of a message in fragments the last one asks to be acknowledged.
 */
export type MimeOptions = Pick<MessageOptions, 'sign' | 'exchange' | 'acknowledge' | 'noReply'>;

/** Somebody wants to begin a multimedia session (draft multimedia-session-00, 3). */
export interface MultimediaOffer {
  /** Session description (SDP). */
  readonly sdp: string;
  /** MD5 of the description, 32 hex digits: it names the session when it is ended. */
  readonly sdpDigest: string;
  /**
   * Keeps the offer from being declined. Only while the event is told: afterwards it is declined, and this is false. Who
   * takes it answers by `sendMime` with `exchange: 'reply'`.
   */
  take(): boolean;
  /** Declines it later, or ends the session. @throws as `sendMime` */
  decline(): Promise<void>;
}

interface About {
  readonly sender: User;
  /** Undefined where it came as a private message. */
  readonly channel: Channel | undefined;
  readonly message: Message;
}

/** Messages of type `application/sdp` that belong to an exchange come as these events, and not as messages. */
export type MultimediaEvent =
  /**
   * An offer that nobody takes is declined where it came as a private message and wants an answer. On a channel silence
   * declines it: an answer would go to everybody.
   */
  | ({ readonly type: 'multimedia-offer'; readonly offer: MultimediaOffer } & About)
  | ({ readonly type: 'multimedia-answer'; readonly sdp: string } & About)
  /** The offer or session with this digest is declined or over. */
  | ({ readonly type: 'multimedia-ended'; readonly sdpDigest: string } & About);
