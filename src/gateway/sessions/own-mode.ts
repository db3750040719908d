import { AVAILABILITY_MODES, type Availability, userModeOf } from '../../mapping/availability.js';
import type { Log } from '../log-types.js';
import type { ChatSession } from './chat-session.js';

interface Shown {
  /** `UserMode` bits. */
  wanted: number;
  isRunning: boolean;
}

const shown = new WeakMap<ChatSession, Shown>();

/**
 * Shows SILC users how available a user is, by modes of the user (UMODE). One command at a time: of what comes meanwhile the newest
 * counts. What the server refuses stays as it is: nobody waits for it.
 */
export function showOnSilc(silc: ChatSession, availability: Availability | undefined, log: Log): void {
  const wanted = userModeOf(availability);
  const known = shown.get(silc);
  if (known !== undefined) {
    known.wanted = wanted;
    if (!known.isRunning) void apply(silc, known, log);
    return;
  }
  if (wanted === ((silc.self.mode ?? 0) & AVAILABILITY_MODES)) return;
  const first: Shown = { wanted, isRunning: false };
  shown.set(silc, first);
  void apply(silc, first, log);
}

async function apply(silc: ChatSession, state: Shown, log: Log): Promise<void> {
  state.isRunning = true;
  try {
    for (;;) {
      const { wanted } = state;
      if (wanted !== ((silc.self.mode ?? 0) & AVAILABILITY_MODES)) {
        await silc.setUserMode({ set: wanted, clear: AVAILABILITY_MODES & ~wanted });
      }
      if (state.wanted === wanted) return;
    }
  } catch (error) {
    log.debug({ err: error }, 'the server did not take a mode of a user');
  } finally {
    state.isRunning = false;
  }
}
