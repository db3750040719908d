import { type LeaveReason, leavePresence } from '../../mapping/presence.js';
import { StatusCode } from '../../mapping/status-codes.js';
import type { RoomView } from './room-view.js';

/** Tells all clients of a user that they are out of the room, and why. */
export function tellSelf(room: RoomView, reason: LeaveReason): void {
  const codes = [...(reason.codes ?? []), StatusCode.self];
  const { self, channel } = room;
  if (self) channel.delivery.toMember(room, leavePresence(undefined, self, { ...reason, codes }));
}
