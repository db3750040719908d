import type { MimeEntity } from '../messages/index.js';
import type { ChannelId, ClientId } from '../ids.js';

/*
 * The picture of the network that a client session keeps. The objects are live and read-only to the application: they
 * always show the newest state, and an event comes after the change it tells. Only a member is replaced, not changed.
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

/** A joined channel. A live object: it always shows the newest state. */
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

/** Who did something; undefined where it was a server or a channel, or nobody that is known. */
export type Actor = User | undefined;
