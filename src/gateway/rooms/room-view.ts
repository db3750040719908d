import type { Channel as SilcChannel } from '../../silc/client/types.js';
import type { StayRoom } from '../always-on/stays.js';
import type { Channel, LocalMember } from '../channels/channel.js';
import type { Occupant } from '../channels/occupants.js';
import type { ChatSession } from '../sessions/chat-session.js';

/** The link of a room that is joined. */
export interface RoomLink {
  readonly silc: ChatSession;
  /** The channel as the user's own session has it. */
  readonly silcChannel: SilcChannel;
}

/** A user's place on a channel, as far as its parts and the features see it. */
export interface RoomView extends LocalMember {
  /** Canonical room address. */
  readonly jid: string;
  readonly channel: Channel;
  /** The user's own occupant. */
  readonly self: Occupant | undefined;
  /** Undefined while the user is not on the channel or the link is lost. */
  readonly link: RoomLink | undefined;
  readonly isReconnecting: boolean;
  /** The passphrase by which the channel was joined. */
  readonly passphrase: string | undefined;
  has(full: string): boolean;
}

/** The room, as it is remembered whether the user stays there. */
export const stayOf = ({ user, channel }: Pick<RoomView, 'user' | 'channel'>): StayRoom => ({
  user,
  network: channel.network,
  channel: channel.name,
});
