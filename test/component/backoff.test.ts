import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Backoff } from '../../src/component/backoff.js';

const OPTIONS = { minMs: 1_000, maxMs: 60_000, conflictMs: 30_000, stableMs: 30_000 };

test('waits double from the minimum to the maximum and stay there', () => {
  const backoff = new Backoff(OPTIONS, () => 0.999999);
  const waits = Array.from({ length: 9 }, () => backoff.next(0, false));
  expect(waits).toEqual([1000, 2000, 4000, 8000, 16000, 32000, 60000, 60000, 60000]);
});

test('every wait lies between half of its step and the whole, whatever the jitter', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 0.999, noNaN: true }), { maxLength: 50 }), (jitter) => {
      let at = 0;
      const backoff = new Backoff(OPTIONS, () => jitter[at] ?? 0);
      for (at = 0; at < jitter.length; at++) {
        const step = Math.min(60_000, 1_000 * 2 ** at);
        const wait = backoff.next(0, false);
        expect(wait).toBeGreaterThanOrEqual(step / 2);
        expect(wait).toBeLessThanOrEqual(step);
      }
    }),
  );
});

test('only an attachment that held long enough starts the row anew', () => {
  const backoff = new Backoff(OPTIONS, () => 0.999999);
  backoff.next(0, false);
  backoff.next(0, false);
  expect(backoff.next(29_999, false)).toBe(4000);
  expect(backoff.next(30_000, false)).toBe(1000);
  expect(backoff.next(5, false)).toBe(2000);
});

test('after a conflict the wait is long from the first time', () => {
  const backoff = new Backoff(OPTIONS, () => 0);
  expect(backoff.next(0, true)).toBe(15_000);
  expect(backoff.next(0, false)).toBe(1000);
});
