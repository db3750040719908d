import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { startGrowingTimer } from '../../src/util/growing-timer.js';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
afterEach(() => void vi.useRealTimers());

it('ends when the time is over that holds then, and once', () => {
  const end = vi.fn();
  let limitMs = 100;
  startGrowingTimer(() => limitMs, end);
  vi.advanceTimersByTime(50);
  limitMs = 250;
  vi.advanceTimersByTime(199);
  expect(end).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(end).toHaveBeenCalledOnce();
  vi.advanceTimersByTime(1_000);
  expect(end).toHaveBeenCalledOnce();
});

it('does not end before it is asked again, where the time gets shorter, nor after it was stopped', () => {
  const end = vi.fn();
  let limitMs = 100;
  startGrowingTimer(() => limitMs, end);
  limitMs = 10;
  vi.advanceTimersByTime(100);
  expect(end).toHaveBeenCalledOnce();
  const stop = startGrowingTimer(() => 100, end);
  stop();
  vi.advanceTimersByTime(1_000);
  expect(end).toHaveBeenCalledOnce();
});
