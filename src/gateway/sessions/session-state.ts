import type { StanzaError } from '../../component/stanza.js';
import type { Deferred } from '../../util/deferred.js';
import type { ChatSession } from './chat-session.js';

/** How far a user's session is. */
export type SessionState =
  | { readonly kind: 'idle' }
  /** For the first time. */
  | { readonly kind: 'connecting'; readonly ready: Deferred<ChatSession> }
  | { readonly kind: 'ready'; readonly silc: ChatSession; readonly since: number }
  /** The link is lost, while the rooms stay shown. */
  | { readonly kind: 'reconnecting'; readonly ready: Deferred<ChatSession> }
  /** Another process goes on with it. */
  | { readonly kind: 'suspended'; readonly error: StanzaError }
  | { readonly kind: 'ended'; readonly error: StanzaError };
