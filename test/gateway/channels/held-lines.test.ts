import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { HeldLines } from '../../../src/gateway/channels/held-lines.js';
import type { ClientId } from '../../../src/silc/ids.js';

const [ANN, BOB] = ['ann', 'bob'] as unknown as [ClientId, ClientId];

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
});

function held() {
  const released: number[] = [];
  return { lines: new HeldLines<number>((lines) => released.push(...lines)), released };
}

describe('lines by somebody who is not shown yet', () => {
  it('wait until the author is known, or for ten seconds', () => {
    const { lines, released } = held();
    lines.hold(ANN, 1, 10);
    lines.hold(BOB, 2, 10);
    lines.hold(ANN, 3, 10);
    expect(lines.take(ANN)).toEqual([1, 3]);
    expect(lines.take(ANN)).toEqual([]);
    vi.advanceTimersByTime(10_000);
    expect(released).toEqual([2]);
  });

  it('are let go, those first who have waited longest, when there are too many', () => {
    const { lines, released } = held();
    lines.hold(ANN, 0, 10);
    for (let line = 1; line <= 255; line++) lines.hold(BOB, line, 10);
    expect(released).toEqual([]);
    lines.hold(BOB, 256, 10);
    expect(released).toEqual([0]);
    expect(lines.take(BOB)).toHaveLength(256);
  });

  it('are let go when they are too long together, until they are not', () => {
    const { lines, released } = held();
    lines.hold(ANN, 1, 500_000);
    lines.hold(BOB, 2, 500_000);
    expect(released).toEqual([]);
    lines.hold(BOB, 3, 700_000);
    expect(released).toEqual([1, 2, 3]);
    lines.hold(ANN, 4, 10);
    expect(lines.take(ANN)).toEqual([4]);
    lines.hold(BOB, 5, 1_000_000);
    expect(released).toEqual([1, 2, 3]);
  });
});
