import type { SilcConnection } from '../connection.js';
import type { CryptoBackend } from '../crypto/backend.js';
import type { KeyPair } from '../crypto/key-pair.js';
import type { SilcError } from '../errors.js';
import type { ServerId, TypedId } from '../ids.js';
import type { SessionEvent } from './api/events.js';
import type { AnswerLimit } from './messages/answer-limit.js';
import type { MimeInbox } from './messages/mime-inbox.js';
import type { Resolver } from './people/resolver.js';
import type { UserRecord } from './people/users.js';
import type { ChannelRecord } from './channel-record.js';
import type { NetworkState } from './network-state.js';
import type {
  AcknowledgementTracker,
  AutoReplier,
  MultimediaMessages,
  PresencePackets,
  PrivateMessageProtection,
  ReceivedMessage,
  SendMime,
  SignatureJudge,
  UndecryptableCounter,
} from './ports.js';
import type { CommandQueue } from './requests/command-queue.js';
import type { SessionWatchdog } from './session-watchdog.js';

/** What the parts of one session share. */
export interface SessionContext {
  readonly connection: SilcConnection;
  readonly backend: CryptoBackend;
  readonly serverId: ServerId;
  readonly network: NetworkState;
  readonly queue: CommandQueue;
  readonly watchdog: Pick<SessionWatchdog, 'sentMessage' | 'answered'>;
  readonly resolver: Resolver;
  readonly keyPair: KeyPair;

  readonly privateKeys: PrivateMessageProtection;
  readonly acknowledgements: AcknowledgementTracker;
  readonly signatures: SignatureJudge;
  readonly mime: Pick<MimeInbox<ReceivedMessage>, 'take'>;
  readonly multimedia: MultimediaMessages;
  readonly autoReply: AutoReplier;
  readonly presence: PresencePackets;
  readonly channelControl: UndecryptableCounter;
  /** For whatever is answered without the application. */
  readonly answerLimit: AnswerLimit;
  readonly sendMime: SendMime;

  /**
   * Tells the application, in order with what waits about the same people, and where it is about no person, about the same
   * channels. Only what is about the same people waits with it for `ready`. A function makes the event at its time.
   * `octets` is what an event with a long text holds while it waits.
   */
  post(
    about: readonly Ordered[],
    event: SessionEvent | (() => SessionEvent),
    ready?: Promise<unknown>,
    octets?: number,
  ): void;
  /** Lets events about these wait until `ready` settles. */
  hold(about: readonly Ordered[], ready: Promise<unknown>): void;
  /** The session is about to be no more on a channel: what waits to be told of it is told as it is. */
  release(channel: ChannelRecord): void;
  /** Compares the members of a channel with the server's, soon; `atOnce` also when it was done lately. */
  resync(channel: ChannelRecord, atOnce?: boolean): void;
  /** The session's own Client ID or nickname is another one now. */
  changeSelf(change: OwnNick): void;
  /** A NICK is under way: its reply tells the change, not the notify. */
  readonly nickPending: boolean;
  /** An own NICK_CHANGE came while the reply is awaited. */
  rememberOwnNick(change: OwnNick): void;
  /** What the end of the connection will be put down to. */
  explainEnd(error: SilcError): void;
}

export interface OwnNick {
  readonly clientId: UserRecord['clientId'];
  readonly nickname?: string | undefined;
}

/** Something that events are ordered by. */
export interface Ordered {
  readonly orderingKey: string;
}

/** How long events of a channel, and private messages, wait for a name. */
export const CHANNEL_HOLD_MS = 10_000;
export const PRIVATE_HOLD_MS = 15_000;

/** Resolves when the promise settles, at the latest after `ms`. Never rejects. */
export function within(promise: Promise<unknown>, ms: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    timer.unref();
    const done = (): void => {
      clearTimeout(timer);
      resolve();
    };
    promise.then(done, done);
  });
}

/** Settles when a user's name is known, or `ms` have passed; undefined where it is known already. Never rejects. */
export function untilNamed(
  { resolver }: Pick<SessionContext, 'resolver'>,
  user: UserRecord,
  ms: number,
): Promise<void> | undefined {
  return user.nickname === undefined ? within(resolver.unknown(user), ms) : undefined;
}

/** Whoever did something, when it is a user that is known. */
export function actor(context: SessionContext, id: TypedId | undefined): UserRecord | undefined {
  if (id?.type !== 2) return undefined;
  const known = context.network.users.get(id.id);
  if (known !== undefined) return known;
  // Of a channel where another session leads, that one knows the members.
  for (const { leads, leader } of context.network.channels.values()) {
    const user = leads ? undefined : leader.users.get(id.id);
    if (user !== undefined) return user;
  }
  return undefined;
}
