import { SilcError } from '../../silc/errors.js';
import type { RoomState } from './room-state.js';
import type { RoomLink } from './room-view.js';

/** A room that nobody is in any more, and what can be done with it. */
interface UnusedRoom {
  /** Nothing else holds the session. */
  readonly isOnlyUse: boolean;
  readonly isConnected: boolean;
  readonly hasRequests: boolean;
  close(): void;
  leave(link: RoomLink): void;
}

/** Ends a room that nobody is in any more, as far as it can be ended now. */
export function endOfUse(state: RoomState, room: UnusedRoom): void {
  switch (state.kind) {
    case 'joining':
      // A connection that nobody needs any more is given up at once; without it the end of the join comes here again.
      if (!room.isConnected && room.isOnlyUse) room.close();
      else state.withdrawal.abort(new SilcError('closed', 'nobody wants in any more'));
      return;
    case 'closed':
    case 'leaving':
      return;
    case 'idle':
      room.close();
      return;
    case 'reconnecting':
      // While JOIN is under way its answer comes here again: without a room nobody would ever leave that channel.
      if (state.rejoining === undefined || room.isOnlyUse) room.close();
      return;
    case 'joined':
      if (room.hasRequests) return;
      if (room.isOnlyUse) room.close();
      else room.leave(state);
  }
}
