import { SilcCommandError, SilcError } from '../../errors.js';
import { Status } from '../../status.js';
import type { CommandAnswer } from './command-queue.js';

/** A standalone silcd takes 12 s to say that it does not know an ID. */
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

/** An answer, or undefined where it says that there is nothing. */
export async function found<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof SilcCommandError && missing.includes(error.status)) return undefined;
    throw error;
  }
}

/** Of questions that some servers do not answer at all where they know nothing: an answer, or undefined. */
export async function foundInTime<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await found(work);
  } catch (error) {
    if (error instanceof SilcError && error.code === 'timeout') return undefined;
    throw error;
  }
}

/** The entries of a list. @throws SilcCommandError where it holds errors and nothing else */
export async function entries<Reply>(work: Promise<CommandAnswer<Reply>>): Promise<readonly Reply[]> {
  const { values, errors } = await work;
  const [error] = errors;
  if (values.length === 0 && error !== undefined) throw error;
  return values;
}
