import { SilcError } from '../errors.js';
import { connectSession } from './connect.js';
import type { DetachedSession } from './detached-session.js';
import type { ConnectOptions, SilcSession } from './api/session.js';
import { withDeadline } from '../../util/race.js';

/** Sessions that detach at once; each server throttles its clients one by one. */
const AT_ONCE = 32;
/** DETACH waits up to 2 s in a throttled server, behind each command that is under way. */
const TIMEOUT_MS = 10_000;

/** Bounds of `detachAll`. */
export interface DetachAllOptions {
  /** Sessions that detach at the same time, default 32. */
  readonly atOnce?: number;
  /** Milliseconds that a session has for it, default 10,000. After that it quits, which takes less than as long again. */
  readonly timeoutMs?: number;
  /** What others are told of a session that quits because it cannot be detached. */
  readonly message?: string;
}

/** What became of each session. */
export interface DetachAllResult {
  /** In the order of the sessions, those left out that could not be detached. */
  readonly detached: readonly { readonly session: SilcSession; readonly stored: DetachedSession }[];
  /** Sessions that are over without being detached, and why. */
  readonly failed: readonly { readonly session: SilcSession; readonly error: SilcError }[];
}

/**
 * Detaches many sessions, as a program does that ends. All of them are over afterwards, and it takes a bounded time: for
 * each `atOnce` sessions at most `timeoutMs` and the time of `quit`. Never rejects.
 */
export async function detachAll(
  sessions: Iterable<SilcSession>,
  { atOnce = AT_ONCE, timeoutMs = TIMEOUT_MS, message }: DetachAllOptions = {},
): Promise<DetachAllResult> {
  const all = [...new Set(sessions)];
  const results = new Map<SilcSession, DetachedSession | SilcError>();
  const waiting = all.values();
  const worker = async (): Promise<void> => {
    for (const session of waiting) results.set(session, await detachOrQuit(session, timeoutMs, message));
  };
  await Promise.all(Array.from({ length: Math.min(all.length, Math.max(1, atOnce)) }, worker));
  const detached: { session: SilcSession; stored: DetachedSession }[] = [];
  const failed: { session: SilcSession; error: SilcError }[] = [];
  for (const [session, result] of all.map((one) => [one, results.get(one)] as const)) {
    if (result instanceof SilcError) failed.push({ session, error: result });
    else if (result !== undefined) detached.push({ session, stored: result });
  }
  return { detached, failed };
}

async function detachOrQuit(
  session: SilcSession,
  timeoutMs: number,
  message: string | undefined,
): Promise<DetachedSession | SilcError> {
  const asSilcError = (cause: unknown): SilcError =>
    cause instanceof SilcError ? cause : new SilcError('closed', 'detaching failed', { cause });
  const detaching = session.detach().catch(asSilcError);
  const late = (): SilcError => new SilcError('timeout', 'detaching took too long');
  const inTime = await withDeadline(detaching, timeoutMs, late).catch(asSilcError);
  if (!(inTime instanceof SilcError)) return inTime;
  await session.quit(message);
  // The session is over, so this is settled: perhaps DETACH was answered at the last moment.
  return detaching;
}

/**
 * Ends a detached session by resuming it and leaving: what works on every server (a silcd keeps detached sessions that
 * KILL was said to). Others are told a signoff with the message.
 * @throws as `connectSession`; SilcResumeError when it had ended before, which `connectSession` cannot tell from another key
 */
export async function endDetached(
  options: ConnectOptions & { readonly resume: DetachedSession },
  message?: string,
): Promise<void> {
  const session = await connectSession(options);
  await session.quit(message);
}
