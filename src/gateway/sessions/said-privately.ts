import type { Element } from '../../component/stanza.js';
import type { ChatSession } from './chat-session.js';
import type { ConnectedSession, Person } from './connected-session.js';

/** A private message that was handed to SILC, for features that send something after it. */
export interface SaidPrivately {
  readonly session: ConnectedSession['session'];
  readonly silc: ChatSession;
  readonly to: Person;
  /** Children of the message as the Jabber client has sent it. */
  readonly payload: readonly Element[];
}
