import type { BareJid } from '../../component/jid.js';
import type { Element } from '../../component/stanza.js';
import type { User } from '../../silc/client/types.js';
import type { ChatSession } from './chat-session.js';

/** A SILC user whom a Jabber user speaks with. */
export type Person = Pick<User, 'clientId' | 'nickname' | 'fingerprint'>;

/** A user's session that has just got a link to SILC, for features that do something with what comes there. */
export interface ConnectedSession {
  readonly silc: ChatSession;
  readonly session: {
    readonly user: BareJid;
    readonly network: { readonly name: string };
    /** Private messages; made when they are used for the first time. */
    readonly direct: {
      /** Shows something in the conversation with a SILC user, as if that user had written it. */
      tell(sender: Person, payload: readonly Element[]): void;
    };
  };
}
