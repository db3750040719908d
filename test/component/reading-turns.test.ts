import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ReadingTurns } from '../../src/component/reading-turns.js';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setImmediate', 'performance'] }));
afterEach(() => void vi.useRealTimers());

/** A peer whose text takes a millisecond for each thousand characters or part of it. */
function peer() {
  let now = 0;
  const calls: string[] = [];
  const socket = { pause: () => calls.push('pause'), resume: () => calls.push('resume') };
  const turns = new ReadingTurns(
    () => socket,
    () => now,
  );
  const handled: string[] = [];
  const handle = (piece: string): void => {
    handled.push(piece);
    now += Math.ceil(piece.length / 1_000);
  };
  /** Characters that were handled since it was asked last. */
  const progress = (): number => handled.splice(0).join('').length;
  return { turns, calls, handled, take: (text: string) => turns.take(text, handle), progress };
}

describe('what a peer sends', () => {
  it('is handled at once as long as it is little', () => {
    const { take, calls, handled } = peer();
    take('<presence/>');
    take('<message/>');
    expect([handled.join(''), calls]).toEqual(['<presence/><message/>', []]);
    vi.runAllTimers();
    expect(calls).toEqual([]);
  });

  it('is handled in pieces, ten milliseconds a turn, and nothing is read meanwhile', () => {
    const { take, calls, progress } = peer();
    take('x'.repeat(20_000));
    const turns = [progress()];
    expect(calls).toEqual(['pause']);
    while (!calls.includes('resume')) {
      vi.advanceTimersToNextTimer();
      turns.push(progress());
    }
    expect(turns.reduce((sum, count) => sum + count)).toBe(20_000);
    expect(Math.max(...turns)).toBeLessThanOrEqual(10_000);
    expect(turns.length).toBeGreaterThan(2);
  });

  it('keeps its order where more comes while something waits', () => {
    const { take, handled } = peer();
    const text = Array.from({ length: 6_000 }, (_, n) => String(n)).join(' ');
    for (let at = 0; at < text.length; at += 9_000) take(text.slice(at, at + 9_000));
    vi.runAllTimers();
    expect(handled.join('')).toBe(text);
  });

  it('is handled to the last when nothing comes any more', () => {
    const { take, turns, handled } = peer();
    const text = 'y'.repeat(30_000);
    take(text);
    turns.flush();
    expect(handled.join('')).toBe(text);
    vi.runAllTimers();
    expect(handled.join('')).toBe(text);
  });
});
