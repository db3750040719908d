import { type LeaveReason, leavePresence } from '../../mapping/presence.js';
import { StatusCode } from '../../mapping/status-codes.js';
import type { GatewayContext } from '../context.js';
import { type RoomView, stayOf } from './room-view.js';

/** Of these nobody has put the user out: who stays there is brought back. */
const NO_EXITS: readonly StatusCode[] = [StatusCode.technical, StatusCode.shutdown];

/**
 * Tells all clients of a user that they are out of the room, and why: at once, also those that are being shown the history, of which
 * nothing more comes then.
 */
export function tellSelf(room: RoomView & { readonly context: GatewayContext }, reason: LeaveReason): void {
  if (!(reason.codes ?? []).some((code) => NO_EXITS.includes(code))) room.context.stays.forget(stayOf(room));
  const codes = [...(reason.codes ?? []), StatusCode.self];
  const { self, clients, context } = room;
  if (self) context.sendToEach(leavePresence(undefined, self, { ...reason, codes }), [...clients]);
}
