import { expect, test } from 'vitest';
import { defaultLimits, Pace } from '../../../src/silc/transfer/limits.js';

test('a transfer without a limit never waits', () => {
  const pace = new Pace(defaultLimits, 0);
  expect(pace.delay(1e9, 1)).toBe(0);
});

test('a transfer with a limit waits until what it moved is due', () => {
  const pace = new Pace({ ...defaultLimits, maxOctetsPerSecond: 1_000 }, 5_000);
  expect(pace.delay(500, 5_000)).toBe(500);
  expect(pace.delay(500, 5_500)).toBe(500);
  expect(pace.delay(100, 9_000)).toBe(0);
});

test('a transfer is judged too slow after it had its time, and only then', () => {
  const pace = new Pace({ ...defaultLimits, stallTimeoutMs: 10_000, minOctetsPerSecond: 100 }, 0);
  pace.delay(500, 0);
  expect(pace.tooSlow(10_000)).toBe(false);
  expect(pace.tooSlow(10_001)).toBe(true);
  pace.delay(600, 10_001);
  expect(pace.tooSlow(10_500)).toBe(false);
  expect(pace.tooSlow(11_001)).toBe(true);
});
