import type { SilcPublicKey } from '../../crypto/public-key.js';
import type { ClientId } from '../../ids.js';
import type { DetachedSession } from '../detached-session.js';
import type { Channel, UserAttribute } from './network.js';

/**
 * Whom to watch: all holders of a nickname, or whoever has a key. `knownAs` is the nickname that it had last: where the server does
 * not notify, it is looked for first.
 */
export type WatchTarget =
  { readonly nickname: string } | { readonly publicKey: SilcPublicKey; readonly knownAs?: string };

/** A watched person as last seen. */
export interface WatchedPerson {
  readonly clientId: ClientId;
  readonly nickname: string | undefined;
  /** `UserMode` mask; a person with `UserMode.detached` is registered and gets no messages. */
  readonly mode: number;
  /** SHA-1 of the public key, 40 hex digits; undefined where the server does not tell it. */
  readonly fingerprint: string | undefined;
  /**
   * Since when nothing has come of the person, in milliseconds of the wall clock. Where the server does not notify, and for five
   * minutes and more: otherwise nothing would tell when it ends.
   */
  readonly idleSince?: number | undefined;
}

/**
 * - `signoff`, `killed`, `server-signoff`: as the server tells it.
 * - `nick-change`: the watched nickname was given up for another one that is not watched.
 * - `gone`: no longer found, where the server does not notify.
 */
export type WatchedOfflineCause = 'signoff' | 'killed' | 'server-signoff' | 'nick-change' | 'gone';

/** Events about watched people, and the one that ends resuming. */
export type PresenceEvent =
  | { readonly type: 'watched-online'; readonly person: WatchedPerson }
  | {
      readonly type: 'watched-offline';
      readonly person: WatchedPerson;
      readonly cause: WatchedOfflineCause;
    }
  /** Another mode, or another nickname that is watched too, or by key, or another Client ID after resuming elsewhere. */
  | {
      readonly type: 'watched-changed';
      readonly person: WatchedPerson;
      readonly previous: WatchedPerson | undefined;
    }
  /**
   * All who were found by the look-up that follows when a watch stands, or is asked for anew. They were told before; whoever was
   * taken to be there by other means, and is not among them, is not.
   */
  | {
      readonly type: 'watch-checked';
      readonly target: WatchTarget;
      readonly people: readonly WatchedPerson[];
    }
  /**
   * After `connectSession` with `resume`, once: all channels were compared with the server's. Before it, what has changed
   * meanwhile came as the usual events. `lost`: names of channels that this session is no longer on. `unshared`: those of
   * `channels` on which others cannot read this session, nor it them, until the channel has its next key: a silcd on which
   * nobody was on the channel makes a key that it does not tell the other servers. Leaving and joining makes a new one.
   */
  | {
      readonly type: 'resumed';
      readonly channels: readonly Channel[];
      readonly lost: readonly string[];
      readonly unshared: readonly Channel[];
    };

/**
 * Who tells of watched people: the server, or this session by asking from time to time because the server's WATCH does
 * nothing; `unknown` until something is watched and the server was asked.
 */
export type Watching = 'unknown' | 'server' | 'polling';

/** How often is asked for watched people where the server does not notify. */
export interface WatchingOptions {
  /** Milliseconds between two polls for the same one, default 60,000; a quarter more or less at random. */
  readonly intervalMs?: number;
  /** Least milliseconds between two polls at all, default 5,000. */
  readonly pauseMs?: number;
}

/** - `ended`: the session is over. - `kept`: it is off its channels, still registered, and can be resumed. */
export type KillOutcome = 'ended' | 'kept';

/** The part of a session that is about being there: detaching, watching others, and attributes. */
export interface PresenceSession {
  readonly watching: Watching;
  /**
   * DETACH: the server keeps the registration, its channels and modes without a connection, and drops messages to it.
   * The session is over then; `connectSession` with `resume` takes it up.
   * @throws SilcCommandError with status 56 where the server does not offer it, with which the session goes on;
   *   SilcError `closed`, `timeout`
   */
  detach(): Promise<DetachedSession>;
  /**
   * KILL of a session on this server that has this session's key: it leaves all channels, and mostly ends. A silcd keeps
   * the registration of a detached one, which `endDetached` ends.
   * @throws SilcCommandError 22 when there is none, 45 with another key, 56 for one that is on another server
   */
  killDetached(user: ClientId, comment?: string): Promise<KillOutcome>;
  /**
   * Tells of a person by `watched-online`, `watched-offline` and `watched-changed`; whoever is there already is told too, by a
   * look-up that ends with `watch-checked`. Of a watch that stands already only that is done again.
   * @param priority - `background` for what nobody waits for
   * @throws SilcError `limit` beyond 128; `bad-string`; SilcCommandError
   */
  watch(target: WatchTarget, priority?: 'user' | 'background'): Promise<void>;
  /** Ends a watch; a text is a nickname. Nothing happens where there is none. */
  unwatch(target: WatchTarget | string): Promise<void>;
  /**
   * What is answered, signed, to everybody who asks for attributes. Undefined, as in the beginning: nothing, and the
   * server answers after some seconds.
   * @throws SilcError `usage` where a value does not fit its type or is made by the session itself (keys, signatures),
   *   `limit` beyond 32,000 octets
   */
  setAttributes(attributes: readonly UserAttribute[] | undefined): void;
}
