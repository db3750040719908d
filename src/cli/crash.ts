import type { EventEmitter } from 'node:events';
import type { Log } from '../gateway/log-types.js';
import { ExitCode } from './exit-codes.js';

/** Most time that an orderly end may take after an exception that nobody caught. */
const END_MS = 30_000;

/** Waits for an exception that nobody caught. */
export interface Crash {
  /** The first one. */
  readonly promise: Promise<Error>;
  /** Leaves them to whatever they meant before. */
  release(): void;
}

/**
 * An exception that passed every fault wall was thrown in the middle of something, and nobody knows in the middle of what:
 * the process may take leave, and must not go on (Node's documentation of `uncaughtException`). A rejection that nobody
 * handled is a bug as well, but ends with the promise it is about: it is told, and the users' sessions go on.
 * @param events - the process, or what stands for it
 */
export function untilCrash(
  log: Pick<Log, 'error'>,
  events: Pick<EventEmitter, 'on' | 'off'> = process,
): Crash {
  const onRejection = (error: unknown): void => log.error({ err: error }, 'unhandled rejection');
  let onException = onRejection;
  let overdue: NodeJS.Timeout | undefined;
  const promise = new Promise<Error>((resolve) => {
    onException = (error) => {
      log.error({ err: error }, 'uncaught exception');
      overdue ??= setTimeout(() => process.exit(ExitCode.failure), END_MS).unref();
      resolve(error instanceof Error ? error : new Error(String(error)));
    };
  });
  events.on('unhandledRejection', onRejection);
  events.on('uncaughtException', onException);
  return {
    promise,
    release: () => {
      clearTimeout(overdue);
      events.off('unhandledRejection', onRejection);
      events.off('uncaughtException', onException);
    },
  };
}
