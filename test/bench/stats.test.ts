import { describe, expect, it } from 'vitest';
import { climb, median, nearestRank, ratioOf, Samples, type Load } from '../../bench/gateway/stats.js';

describe('samples', () => {
  it('give percentiles by nearest rank', () => {
    const samples = new Samples();
    for (let i = 5_000; i > 0; i--) samples.add(i);
    expect(samples.spread()).toEqual({ count: 5_000, p50: 2_500, p99: 4_950, p999: 4_995, max: 5_000 });
  });

  it('count what never came as longer than all that came', () => {
    const samples = new Samples();
    for (let i = 1; i <= 99; i++) samples.add(i);
    expect(samples.spread(1)).toMatchObject({ count: 99, p50: 50, p99: 99, max: Infinity });
    expect(samples.spread(2).p99).toBe(Infinity);
  });

  it('of nothing are no numbers', () => {
    expect(new Samples().spread().p50).toBeNaN();
    expect(nearestRank([], 0.5)).toBeNaN();
  });
});

describe('median', () => {
  it('is the middle, or between the two middle ones, of what was measured', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 2, 3])).toBe(2.5);
    expect(median([Number.NaN, 7])).toBe(7);
    expect(median([])).toBeNaN();
  });
});

describe('a ratio of rates', () => {
  const rounds = (...amounts: number[]): { amount: number; per: number }[] =>
    amounts.map((amount) => ({ amount, per: 2 }));

  it('is that of all rounds together, without an error where all rounds say the same', () => {
    const { ratio, error } = ratioOf(rounds(90, 180, 45), rounds(100, 200, 50));
    expect(ratio).toBeCloseTo(0.9, 10);
    expect(error).toBeCloseTo(0, 10);
  });

  it('has the error that one round makes of those that the others make', () => {
    const { ratio, error } = ratioOf(rounds(8, 10, 12), rounds(10, 10, 10));
    expect(ratio).toBe(1);
    // That of the mean of 0.8, 1 and 1.2: √(0.08 / (3 · 2)).
    expect(error).toBeCloseTo(Math.sqrt(0.08 / 6), 10);
  });
});

/** A system that delivers up to `capacity` and lets the rest wait: the more is too much, the longer. */
function queue(capacity: number): (offered: number) => Promise<Load> {
  return (offered) =>
    Promise.resolve({
      offered,
      delivered: Math.min(offered, capacity),
      p99: offered <= capacity ? 5 : 5 + 1_000 * (offered / capacity - 1),
    });
}

const options = { from: 1_000, limit: 64_000, p99Ms: 100, refinements: 4, runs: 30 };

describe('climb', () => {
  it.each([1_100, 3_500, 23_481])('finds the knee of a system that carries %i', async (capacity) => {
    const { knee, ceiling } = await climb(queue(capacity), options);
    expect(ceiling).toBe(capacity);
    // Ten per cent beyond its capacity it is still within 100 ms.
    expect(knee).toBeGreaterThan(capacity * 0.95);
    expect(knee).toBeLessThanOrEqual(capacity);
  });

  it('looks below its first rate when that is too much already', async () => {
    const { knee } = await climb(queue(300), options);
    expect(knee).toBeGreaterThan(250);
  });

  it('ends at its limit when everything is carried, and below it when nothing is', async () => {
    expect((await climb(queue(1e9), options)).knee).toBe(64_000);
    const { knee, loads } = await climb(
      (offered) => Promise.resolve({ offered, delivered: 0, p99: Infinity }),
      options,
    );
    expect(knee).toBe(0);
    expect(loads.length).toBeLessThan(10);
  });

  it('does not take one pause of the machine for the end', async () => {
    let calls = 0;
    const steady = queue(10_000);
    const { knee } = await climb(async (offered) => {
      const load = await steady(offered);
      return ++calls === 2 ? { ...load, p99: 150 } : load;
    }, options);
    expect(knee).toBeGreaterThan(9_000);
  });
});
