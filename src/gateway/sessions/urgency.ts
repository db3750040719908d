import { monotonicMs } from '../../util/clock.js';

/** Who has said something within this time is connected again before those who listen. */
const TALKING_MS = 600_000;

/**
 * How soon a session is to be connected: who talks, or has something waiting, comes first; then those with clients in rooms.
 * @param activeAt - when its user has said something last, on the monotonic clock
 */
export function urgencyOf(
  activeAt: number,
  rooms: Iterable<{ readonly concerned: { readonly size: number } }>,
): number {
  if (monotonicMs() < activeAt + TALKING_MS) return 2;
  return [...rooms].some(({ concerned }) => concerned.size > 0) ? 1 : 0;
}
