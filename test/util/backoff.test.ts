import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Backoff } from '../../src/util/backoff.js';

const OPTIONS = { minMs: 1_000, maxMs: 60_000, stableMs: 30_000 };

test('waits double from the minimum to the maximum and stay there', () => {
  const backoff = new Backoff(OPTIONS, () => 0.999999);
  const waits = Array.from({ length: 9 }, () => backoff.next());
  expect(waits).toEqual([1000, 2000, 4000, 8000, 16000, 32000, 60000, 60000, 60000]);
});

test('every wait lies between half of its step and the whole, whatever the jitter', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 0.999, noNaN: true }), { maxLength: 50 }), (jitter) => {
      let at = 0;
      const backoff = new Backoff(OPTIONS, () => jitter[at] ?? 0);
      for (at = 0; at < jitter.length; at++) {
        const step = Math.min(60_000, 1_000 * 2 ** at);
        const wait = backoff.next();
        expect(wait).toBeGreaterThanOrEqual(step / 2);
        expect(wait).toBeLessThanOrEqual(step);
      }
    }),
  );
});

test('only a success that held long enough starts the row anew', () => {
  const backoff = new Backoff(OPTIONS, () => 0.999999);
  backoff.next();
  backoff.next();
  expect(backoff.next(29_999)).toBe(4000);
  expect(backoff.next(30_000)).toBe(1000);
  expect(backoff.next(5)).toBe(2000);
});

test('a wait may be asked to be long from the first time, but never longer than the longest', () => {
  const backoff = new Backoff(OPTIONS, () => 0);
  expect(backoff.next(0, 30_000)).toBe(15_000);
  expect(backoff.next()).toBe(1000);
  expect(backoff.next(0, 600_000)).toBe(30_000);
});
