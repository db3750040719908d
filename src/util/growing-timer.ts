import { monotonicMs } from './clock.js';

/**
 * Calls back when a time is over that may change while it runs: at its end it is asked for again.
 * @param limitMs - the whole time, counted from the start
 * @returns stops it
 */
export function startGrowingTimer(limitMs: () => number, onEnd: () => void): () => void {
  const start = monotonicMs();
  let timer: NodeJS.Timeout;
  const check = (): void => {
    const leftMs = start + limitMs() - monotonicMs();
    // Timers may be a little early.
    if (leftMs < 1) onEnd();
    else timer = setTimeout(check, leftMs);
  };
  timer = setTimeout(check, limitMs());
  return () => clearTimeout(timer);
}
