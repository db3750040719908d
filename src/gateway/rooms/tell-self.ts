import { type LeaveReason, leavePresence } from '../../mapping/presence.js';
import { StatusCode } from '../../mapping/status-codes.js';
import type { GatewayContext } from '../context.js';
import type { RoomView } from './room-view.js';

/**
 * Tells all clients of a user that they are out of the room, and why: at once, also those that are being shown the history, of which
 * nothing more comes then.
 */
export function tellSelf(room: RoomView & { readonly context: GatewayContext }, reason: LeaveReason): void {
  const codes = [...(reason.codes ?? []), StatusCode.self];
  const { self, clients, context } = room;
  if (self) context.sendToEach(leavePresence(undefined, self, { ...reason, codes }), [...clients]);
}
