import { setTimeout as delay } from 'node:timers/promises';
import { nowMicros } from './clock.js';
import type { Samples } from './stats.js';

/** Timers of Node are not finer than this. */
const TICK_MS = 1;

/**
 * Open loop: calls `due` once for each of `count` things, `perSecond` of them each second, however the receiver bears
 * it. Each is told the moment it was due, not the moment it got its turn.
 *
 * @param late gets how late each one got its turn, in milliseconds
 * @param flush called after each batch, so that what is due together goes out together
 */
export async function pace(options: {
  readonly count: number;
  readonly perSecond: number;
  readonly due: (index: number, dueMicros: number) => void;
  readonly late?: Samples;
  readonly flush?: () => void;
}): Promise<void> {
  const { count, perSecond, due, late, flush } = options;
  const start = nowMicros();
  const gap = 1e6 / perSecond;
  for (let next = 0; next < count;) {
    const now = nowMicros();
    const ready = Math.min(count, Math.floor((now - start) / gap) + 1);
    if (next < ready) {
      for (; next < ready; next++) {
        late?.add((now - start - next * gap) / 1_000);
        due(next, start + next * gap);
      }
      flush?.();
    }
    await delay(TICK_MS);
  }
}

/** Asks every few milliseconds until `done` says so. @returns false when `limitMs` have passed before */
export async function until(done: () => boolean, limitMs: number, everyMs = 20): Promise<boolean> {
  const end = performance.now() + limitMs;
  while (!done()) {
    if (performance.now() > end) return false;
    await delay(everyMs);
  }
  return true;
}
