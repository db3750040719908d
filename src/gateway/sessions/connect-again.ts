import { SilcError } from '../../silc/errors.js';
import type { Backoff } from '../../util/backoff.js';
import { startGrowingTimer } from '../../util/growing-timer.js';
import { abortable } from '../../util/race.js';
import { isFinal, type Network } from './network.js';

/** How a session that was lost is sought again. */
export interface ConnectAgainOptions {
  readonly network: Network;
  readonly backoff: Backoff;
  /** After this it is given up; asked again while it waits. */
  readonly graceMs: () => number;
  /** Aborted when nobody wants it any more. */
  readonly ended: AbortSignal;
  readonly lost: SilcError | undefined;
  readonly heldMs: number;
  /** The first try needs no pause: nothing has broken. */
  readonly isAtOnce: boolean;
}

/** Connects again, with growing pauses, until the grace period is over. @throws why the last try failed, or the link was lost */
export async function connectAgain(
  connect: (signal: AbortSignal) => Promise<void>,
  options: ConnectAgainOptions,
): Promise<void> {
  const { network, backoff, graceMs, ended, lost, heldMs, isAtOnce } = options;
  const arrived = network.crowd.enter();
  const grace = new AbortController();
  const late = (): void => grace.abort(new SilcError('timeout', 'restoring the SILC link took too long'));
  const stopTimer = startGrowingTimer(graceMs, late);
  const signal = AbortSignal.any([grace.signal, ended]);
  let failure: unknown = lost;
  try {
    for (let tries = 0; !signal.aborted; tries++) {
      try {
        if (tries > 0 || !isAtOnce) await network.pause(backoff.next(tries === 0 ? heldMs : 0), signal);
        await abortable(connect(signal), signal);
        return;
      } catch (error) {
        if (isAborted(signal)) break;
        failure = error;
        if (isFinal(error)) break;
      }
    }
    throw failure;
  } finally {
    stopTimer();
    arrived();
  }
}

/** Asked anew each time: the compiler takes the answer of the loop's head for granted. */
const isAborted = (signal: AbortSignal): boolean => signal.aborted;
