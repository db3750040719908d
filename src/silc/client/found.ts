import { SilcCommandError, SilcError } from '../errors.js';
import { Status } from '../status.js';

/** A standalone silcd takes 12 s to say that it does not know an ID (protocol section 5.5). */
export const ID_TIMEOUT_MS = 15_000;

/** Statuses that say that something is not there, or not for oneself to see. */
const missing: readonly number[] = [
  Status.noSuchNick,
  Status.noSuchChannel,
  Status.noSuchServer,
  Status.noSuchClientId,
  Status.noSuchChannelId,
  Status.noSuchServerId,
  Status.noSuchPublicKey,
  Status.timedOut,
];

/** An answer, or undefined where it says that there is nothing; a server that stays silent has nothing either. */
export async function found<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    const none = error instanceof SilcCommandError && missing.includes(error.status);
    const silent = error instanceof SilcError && error.code === 'timeout';
    if (none || silent) return undefined;
    throw error;
  }
}
