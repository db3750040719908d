import type { ChannelId, ClientId } from '../../ids.js';
import type { AttributeValue } from '../../packets/attribute-value.js';

/*
 * What a client session knows of the network. The objects are live and read-only to the application: they always show
 * the newest state, and an event comes after the change it tells. Only a member is replaced, not changed.
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

/** A channel that somebody is on. */
export interface WhoisChannel {
  readonly id: ChannelId;
  readonly name: string;
  /** `ChannelMode` mask. */
  readonly mode: number;
  /** What the user is there, a `ChannelUserMode` mask; undefined where the server does not tell it. */
  readonly memberMode: number | undefined;
}

/** A user as WHOIS tells it. */
export interface WhoisResult {
  readonly user: User;
  /** Those that are neither private nor secret: a silcd hides such even from those who are there too. */
  readonly channels: readonly WhoisChannel[];
  /** Where they were asked for. */
  readonly attributes?: AnsweredAttributes;
}

/** What WHOIS asks for besides the user. */
export interface WhoisOptions {
  /** Asks for these attributes (`AttributeType`), or for all. The server throttles such a WHOIS more. */
  readonly attributes?: true | readonly number[];
  /** At most so many of those that are found; from 1. */
  readonly count?: number;
}

/** The same of one user. */
export interface WhoisByIdOptions {
  readonly attributes?: true | readonly number[];
  /** `background`: nobody waits for it. */
  readonly priority?: 'user' | 'background';
}

/**
 * - `verified`: signed with the key whose fingerprint the server tells of this user.
 * - `unknown-key`: signed, but nothing says whose key it is.
 * - `failed`: the signature, or the fingerprint of its key, is wrong.
 * - `server-signed`: the server has answered for the user, and signed with the key of this connection.
 * - `none`: not signed.
 */
export type AttributeSignature = 'verified' | 'unknown-key' | 'failed' | 'server-signed' | 'none';

/** An attribute of a user: `AttributeType` and what it says. Types that hold MIME entities may occur several times. */
export interface UserAttribute {
  readonly type: number;
  readonly value: AttributeValue;
}

/** What a user, or the server for it, has answered. Keys and signatures are not among the values. */
export interface AnsweredAttributes {
  readonly values: readonly UserAttribute[];
  readonly signature: AttributeSignature;
}

/** A channel as LIST shows it. */
export interface ListedChannel {
  readonly id: ChannelId;
  readonly name: string;
  /** Undefined where there is none or it is hidden (private channel). */
  readonly topic: string | undefined;
  readonly users: number;
}
