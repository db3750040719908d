import { SilcError } from '../errors.js';

/** Limits of a bounded wait. */
export interface Limits {
  /** Milliseconds until SilcError `timeout`. */
  readonly timeoutMs: number;
  /** Aborting ends the wait with SilcError `closed`. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs `work` under a deadline. When the deadline passes or the signal aborts, `cancel` is called (it should make
 * `work` end soon, for example by destroying the stream) and the promise rejects; what `work` does later is ignored.
 * The timer never keeps the process alive and is always cleared.
 * @throws SilcError `timeout` or `closed`, or whatever `work` throws.
 */
export async function withDeadline<T>(
  what: string,
  limits: Limits,
  cancel: () => void,
  work: () => Promise<T>,
): Promise<T> {
  const { signal, timeoutMs } = limits;
  if (signal?.aborted) {
    cancel();
    throw new SilcError('closed', `${what} was aborted`, { cause: signal.reason });
  }
  let timer: NodeJS.Timeout | undefined;
  let onAbort: (() => void) | undefined;
  const expiry = new Promise<never>((_resolve, reject) => {
    const expire = (error: SilcError): void => {
      reject(error);
      cancel();
    };
    timer = setTimeout(
      () => expire(new SilcError('timeout', `${what} took longer than ${timeoutMs} ms`)),
      timeoutMs,
    );
    timer.unref();
    onAbort = () => expire(new SilcError('closed', `${what} was aborted`, { cause: signal?.reason }));
    signal?.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([work(), expiry]);
  } finally {
    clearTimeout(timer);
    if (onAbort !== undefined) signal?.removeEventListener('abort', onAbort);
  }
}
