import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ReadingTurns } from '../../src/component/reading-turns.js';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setImmediate', 'performance'] }));
afterEach(() => void vi.useRealTimers());

it('stops reading when a turn of the event loop is used up, and goes on in the next one', () => {
  let now = 0;
  const turns = new ReadingTurns(() => now);
  const calls: string[] = [];
  const socket = { pause: () => calls.push('pause'), resume: () => calls.push('resume') };
  for (now = 0; now < 10; now++) turns.next(socket);
  expect(calls).toEqual([]);
  turns.next(socket);
  expect(calls).toEqual(['pause']);
  vi.runAllTimers();
  expect(calls).toEqual(['pause', 'resume']);
  now = 50;
  turns.next(socket);
  expect(calls).toEqual(['pause', 'resume']);
});
