import type { BareJid } from '../../component/jid.js';
import type { GatewayContext } from '../context.js';
import type { RoomView } from '../rooms/room-view.js';
import type { ChatSession } from './chat-session.js';
import type { MessagesInDoubt } from './messages-in-doubt.js';
import type { OwnClients } from './own-clients.js';

/** A SILC user as an address names one: by nickname, with a disambiguator where several have it. */
export interface Addressee {
  /** Prepared nickname. */
  readonly nickname: string;
  readonly qualifier: string | undefined;
}

/** What private messages need of their user's session. */
export interface DirectSession {
  readonly user: BareJid;
  readonly network: { readonly name: string; readonly ownClients: Pick<OwnClients, 'has'> };
  readonly inDoubt: MessagesInDoubt;
  readonly context: GatewayContext;
  /** The SILC session while it is connected. */
  readonly silc: ChatSession | undefined;
  /** By room address. */
  readonly rooms: ReadonlyMap<string, DirectRoom>;
  open(nickname: string): Promise<ChatSession>;
  holdReading(by: object, held: boolean): void;
  /** A private message was exchanged. */
  touch(): void;
  /** Ends the session if nothing needs it. */
  release(): void;
}

/** A room of the user, as private messages through it need it. */
export interface DirectRoom extends RoomView {
  readonly clients: ReadonlySet<string>;
  whenJoined(): Promise<{ readonly silc: ChatSession }>;
}
