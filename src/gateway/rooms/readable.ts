import { monotonicMs } from '../../util/clock.js';
import type { ChannelLine } from '../channels/line.js';
import type { RoomState } from './room-state.js';

/** So long after a user is back others may still speak under a channel key from before, which the user's session never gets. */
const KEY_CHANGE_MS = 5_000;

/** Whether the session of a user has the key of a line, or can be thought to have had it a moment ago. */
export function isReadable(
  { key, protection }: Pick<ChannelLine, 'key' | 'protection'>,
  state: RoomState,
): boolean {
  const isPublic = protection !== 'private-key';
  if (state.kind !== 'joined') return isPublic;
  const { silc, silcChannel, back } = state;
  if (key === undefined || silc.holdsKey(silcChannel.id, key)) return true;
  return isPublic && monotonicMs() < back + KEY_CHANGE_MS;
}
