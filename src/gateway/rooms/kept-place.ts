import { keptOccupant } from '../restarts/kept-occupant.js';
import type { KeptRoom } from '../restarts/state.js';
import type { RoomView } from './room-view.js';

/** A user's place in a room. */
export function keptPlace(
  room: Pick<RoomView, 'jid' | 'channel' | 'self' | 'passphrase'>,
): Omit<KeptRoom, 'clients' | 'joins'> {
  const { jid, channel, passphrase, self } = room;
  return { jid, name: channel.name, passphrase, occupant: self && keptOccupant(self) };
}
