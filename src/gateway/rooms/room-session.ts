import type { BareJid } from '../../component/jid.js';
import type { GatewayContext } from '../context.js';
import type { ChatSession } from '../sessions/chat-session.js';
import type { DirectMessages } from '../sessions/direct-messages.js';
import type { MessagesInDoubt } from '../sessions/messages-in-doubt.js';
import type { RoomView } from './room-view.js';

/** What a room needs of its user's session. */
export interface RoomSession {
  readonly user: BareJid;
  readonly network: { readonly name: string; readonly crowd: { readonly extraMs: number } };
  readonly context: GatewayContext;
  readonly direct: DirectMessages;
  readonly inDoubt: MessagesInDoubt;
  /** Display form of the own nickname. */
  readonly nickname: string;
  /** The SILC session while it is connected. */
  readonly silc: ChatSession | undefined;
  readonly isOver: boolean;
  /** Fingerprint of the user's own key; undefined before the first connection. */
  readonly fingerprint: string | undefined;
  /** What is left of the grace period that began when the link was lost last, in milliseconds. */
  readonly graceMs: number;
  /** What the user has said on leaving: the QUIT message, once nothing needs the session any more. */
  farewell: string | undefined;
  /** The user says something: who talks is connected again before others. */
  spoke(): void;
  open(nickname: string): Promise<ChatSession>;
  /** Nothing is read from SILC as long as somebody holds it back. */
  holdReading(by: object, held: boolean): void;
  /** True when this room is all that holds the session: then QUIT replaces LEAVE. */
  isOnlyUse(room: RoomView): boolean;
  roomClosed(room: RoomView): void;
}
