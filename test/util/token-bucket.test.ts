import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TokenBucket } from '../../src/util/token-bucket.js';

/** Steps of a caller: time that passes, and tokens that are asked for. */
const steps = fc.array(fc.record({ ms: fc.nat(3_000), amount: fc.integer({ min: 1, max: 8 }) }), {
  maxLength: 60,
});
const rates = fc.record({
  burst: fc.integer({ min: 1, max: 20 }),
  perSecond: fc.integer({ min: 1, max: 50 }),
});

test('in no span of time more is taken than the burst and what the rate adds to it', () => {
  fc.assert(
    fc.property(rates, steps, (rate, asked) => {
      let now = 5;
      const bucket = new TokenBucket(rate, () => now);
      const taken: { at: number; amount: number }[] = [];
      for (const { ms, amount } of asked) {
        now += ms;
        if (bucket.take(amount)) taken.push({ at: now, amount });
      }
      taken.forEach(({ at: from }, first) => {
        let sum = 0;
        for (const { at, amount } of taken.slice(first)) {
          sum += amount;
          expect(sum).toBeLessThanOrEqual(rate.burst + ((at - from) * rate.perSecond) / 1_000 + 1e-6);
        }
      });
    }),
  );
});

test('what the burst and the rate allow is given', () => {
  let now = 0;
  const bucket = new TokenBucket({ burst: 3, perSecond: 10 }, () => now);
  expect([bucket.take(), bucket.take(2), bucket.take()]).toEqual([true, true, false]);
  now += 99;
  expect(bucket.take()).toBe(false);
  now += 1;
  expect(bucket.take()).toBe(true);
  expect(bucket.take()).toBe(false);
  now += 60_000;
  expect([bucket.take(4), bucket.take(3), bucket.take()]).toEqual([false, true, false]);
});

test('after the wait that it tells there is a token, a millisecond before there is none', () => {
  fc.assert(
    fc.property(rates, fc.integer({ min: 1, max: 200 }), (rate, spent) => {
      let now = 0;
      const bucket = new TokenBucket(rate, () => now);
      bucket.spend(spent);
      const wait = bucket.waitMs;
      if (wait === 0) expect(rate.burst - spent).toBeGreaterThanOrEqual(1);
      else {
        now += wait - 1;
        expect(bucket.take()).toBe(false);
        // One more for the rounding of a sum of fractions.
        now += 2;
        expect(bucket.take()).toBe(true);
      }
    }),
  );
});

test('allows some at once, and then one in a time', () => {
  let now = 0;
  const bucket = new TokenBucket({ burst: 4, perSecond: 0.5 }, () => now);
  for (let i = 0; i < 4; i++) {
    expect(bucket.waitMs).toBe(0);
    bucket.spend(1);
  }
  expect(bucket.waitMs).toBe(2_000);
  now += 500;
  expect(bucket.waitMs).toBe(1_500);
  now += 1_500;
  expect(bucket.waitMs).toBe(0);
  bucket.spend(3);
  expect(bucket.waitMs).toBe(6_000);
  now += 3_600_000;
  bucket.spend(4);
  expect(bucket.waitMs).toBe(2_000);
});

test('an overdrawn bucket pays its debt first', () => {
  let now = 0;
  const bucket = new TokenBucket({ burst: 5, perSecond: 2 }, () => now);
  bucket.spend(9);
  expect(bucket.waitMs).toBe(2_500);
  now += 2_500;
  expect(bucket.waitMs).toBe(0);
});

test('without an own clock it uses one that runs', () => {
  const bucket = new TokenBucket({ burst: 1, perSecond: 0.001 });
  expect([bucket.take(), bucket.take()]).toEqual([true, false]);
  expect(bucket.waitMs).toBeGreaterThan(900_000);
});
