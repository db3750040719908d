import type { BareJid } from '../../component/jid.js';
import type { ChannelRegistry } from '../channels/channel-registry.js';

/** A session that has ended. */
export interface EndedSession {
  readonly user: BareJid;
  readonly network: { readonly name: string };
  readonly nickname: string;
}

/** Whoever keeps the sessions, as a session needs it. */
export interface SessionOwner {
  readonly channels: ChannelRegistry;
  /** A user (bare JID) has one place in a room more, or less. */
  roomsChanged(user: string, by: 1 | -1): void;
  /** The session has ended and must not be used any more; it is off the network when `offline` resolves. */
  ended(session: EndedSession, offline: Promise<unknown>): void;
}
