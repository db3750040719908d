import type { Deferred } from '../../util/deferred.js';
import type { ChatSession } from '../sessions/chat-session.js';
import type { RoomLink } from './room-view.js';

/** How far a user's session is on the way to a channel. */
export type RoomState =
  /** Not on the channel. */
  | { readonly kind: 'idle' }
  /** JOIN, or the connection before it, is under way. `withdrawal` is aborted when nobody waits for it any more. */
  | { readonly kind: 'joining'; withdrawal: AbortController }
  /** `back`: when the link had been lost and was there again, on the monotonic clock. */
  | ({ readonly kind: 'joined'; readonly back: number } & RoomLink)
  /** On the channel until the link was lost, shown as it was. `rejoining`: the link on which JOIN is under way. */
  | {
      readonly kind: 'reconnecting';
      readonly restored: Deferred;
      readonly rejoining: ChatSession | undefined;
    }
  /** LEAVE is under way. */
  | { readonly kind: 'leaving' }
  | { readonly kind: 'closed' };
