import type { SilcError } from '../../errors.js';
import type { ChannelId, ClientId } from '../../ids.js';
import type { KeyAgreement } from '../../packets/key-agreement.js';
import type {
  ChannelKeyRef,
  ChannelProtection,
  Message,
  MultimediaEvent,
  Protection,
  UnacknowledgedReason,
  UndecryptableReason,
} from './messages.js';
import type { Actor, Channel, DepartureCause, Member, User } from './network.js';
import type { PresenceEvent } from './presence.js';

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
      readonly protection: ChannelProtection;
      /** What it was protected with; of fragments the last one. */
      readonly key: ChannelKeyRef;
    }
  /** A channel message that no key at hand decrypts, or whose MAC fails. */
  | {
      readonly type: 'channel-message-undecryptable';
      readonly channel: Channel;
      readonly senderId: ClientId;
      readonly reason: UndecryptableReason;
      /** Same computation as `Message.digest`: another session may know what it is. */
      readonly digest: string;
    }
  | {
      readonly type: 'private-message';
      readonly sender: User;
      readonly message: Message;
      readonly protection: Protection;
      /** Acknowledges the message to its sender, who has asked for that, and whom the application answers (`answerAcknowledgements`). */
      readonly acknowledge?: () => void;
    }
  /** A private message under keys that are not at hand. */
  | { readonly type: 'private-message-undecryptable'; readonly sender: User }
  /** The receiver's client has this message of ours (`SentMessage.digest`), which asked to be acknowledged. */
  | { readonly type: 'acknowledged'; readonly user: User; readonly digest: string }
  /** No acknowledgement of this message is awaited any more. It may have arrived all the same. */
  | {
      readonly type: 'unacknowledged';
      readonly user: User;
      readonly digest: string;
      readonly reason: UnacknowledgedReason;
    }
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
   * or with an empty `host` asks where to connect to. `SilcSession.keyAgreements` takes it from here; doing nothing
   * declines it.
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
  /** Somebody else's name became known after `join` or an event had shown the user unresolved. */
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
  /** The end, exactly once and last. `error` undefined after an own `quit()` or `detach()`. */
  | { readonly type: 'closed'; readonly error: SilcError | undefined };

/** The events of one type. */
export type SessionEventOf<T extends SessionEvent['type']> = Extract<SessionEvent, { type: T }>;
