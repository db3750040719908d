import { afterEach, expect, test, vi } from 'vitest';
import { monotonicMs } from '../../src/util/clock.js';

afterEach(() => void vi.useRealTimers());

test('goes with the time that passes, not with what the clock on the wall is set to', () => {
  vi.useFakeTimers({ now: 1_000_000 });
  const before = monotonicMs();
  vi.setSystemTime(5);
  vi.advanceTimersByTime(250);
  expect(monotonicMs() - before).toBe(250);
});
