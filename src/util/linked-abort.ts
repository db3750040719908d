import { reasonOf } from './race.js';

/** Follows several signals until it is released. */
export interface LinkedAbort {
  readonly signal: AbortSignal;
  readonly release: () => void;
}

/**
 * A signal that is aborted with the first of several. When it is released nothing of it is left on the others: of each signal of
 * `AbortSignal.any`, Node.js 20 keeps something as long as the signals that it was made of.
 */
export function linkedAbort(...signals: readonly AbortSignal[]): LinkedAbort {
  const controller = new AbortController();
  const follow = (event: Event): void => abort(event.target as AbortSignal);
  const release = (): void => {
    for (const signal of signals) signal.removeEventListener('abort', follow);
  };
  const abort = (signal: AbortSignal): void => {
    release();
    controller.abort(reasonOf(signal));
  };
  const aborted = signals.find((signal) => signal.aborted);
  if (aborted !== undefined) abort(aborted);
  else for (const signal of signals) signal.addEventListener('abort', follow, { once: true });
  return { signal: controller.signal, release };
}
