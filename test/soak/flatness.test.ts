import { describe, expect, it } from 'vitest';
import { FIGURES, judge, type Sample } from './flatness.js';

/** Samples of a run in which each figure goes its way. */
function samples(count: number, value: (at: number) => number): readonly Sample[] {
  return Array.from({ length: count }, (_, at) => ({
    seconds: at * 10,
    values: Object.fromEntries(FIGURES.map((figure) => [figure, value(at)])) as Sample['values'],
  }));
}

const bounds = [{ figure: 'heap MiB', absolute: 5, part: 0.1 }] as const;
const isFlat = (all: readonly Sample[]): boolean => judge(all, bounds)[0]?.isFlat === true;

describe('a run is flat', () => {
  it('with a saw on even ground, and where it has climbed in the first half only', () => {
    expect(isFlat(samples(100, (at) => 40 + (at % 7) * 6))).toBe(true);
    expect(isFlat(samples(100, (at) => Math.min(at, 50)))).toBe(true);
    expect(isFlat(samples(100, (at) => 100 - at))).toBe(true);
  });

  it('not when it climbs to the end, also under a saw', () => {
    expect(isFlat(samples(100, (at) => 40 + at * 0.2))).toBe(false);
    expect(isFlat(samples(100, (at) => 40 + at * 0.2 + (at % 7) * 6))).toBe(false);
    expect(isFlat(samples(8, (at) => 40 + at * 3))).toBe(false);
  });

  it('not when nothing was measured', () => {
    expect(isFlat(samples(50, () => Number.NaN))).toBe(false);
    expect(isFlat([])).toBe(false);
  });
});
