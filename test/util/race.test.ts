import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Deferred } from '../../src/util/deferred.js';
import { abortable, deadline, delay, reasonOf, withDeadline } from '../../src/util/race.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** What has become of a promise by now. */
async function stateOf(promise: Promise<unknown>): Promise<unknown> {
  const settled = promise.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  return Promise.race([settled, vi.advanceTimersByTimeAsync(0).then(() => 'pending')]);
}

test('the reason of a signal is an error, whatever it was aborted with', () => {
  const error = new Error('reason');
  expect(reasonOf(AbortSignal.abort(error))).toBe(error);
  expect(reasonOf(AbortSignal.abort('text'))).toMatchObject({ message: 'aborted', cause: 'text' });
});

test('abortable work settles as it does by itself, and leaves no listener', async () => {
  const { signal } = new AbortController();
  const good = new Deferred<number>();
  const bad = new Deferred();
  const results = Promise.allSettled([abortable(good.promise, signal), abortable(bad.promise, signal)]);
  good.resolve(3);
  bad.reject(new Error('bad'));
  expect(await results).toMatchObject([
    { status: 'fulfilled', value: 3 },
    { status: 'rejected', reason: { message: 'bad' } },
  ]);
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});

test('abortable work is no longer waited for when the signal aborts, or is aborted already', async () => {
  const controller = new AbortController();
  const work = new Deferred();
  const waiting = abortable(work.promise, controller.signal);
  expect(await stateOf(waiting)).toBe('pending');
  const error = new Error('stop');
  controller.abort(error);
  expect(await stateOf(waiting)).toEqual({ error });
  expect(await stateOf(abortable(work.promise, controller.signal))).toEqual({ error });
  // What becomes of the work afterwards is nobody's fault.
  work.reject(new Error('later'));
});

test('a delay lasts as long as it says', async () => {
  const { signal } = new AbortController();
  const waiting = delay(1_000, signal);
  await vi.advanceTimersByTimeAsync(999);
  expect(await stateOf(waiting)).toBe('pending');
  await vi.advanceTimersByTimeAsync(1);
  expect(await stateOf(waiting)).toEqual({ value: undefined });
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});

test('a delay of no time is over at once, unless the signal is aborted', async () => {
  await delay(0);
  await delay(-5);
  expect(vi.getTimerCount()).toBe(0);
  await expect(delay(0, AbortSignal.abort(new Error('stop')))).rejects.toThrow('stop');
});

test('an aborted delay ends with the reason and leaves no timer', async () => {
  const controller = new AbortController();
  const waiting = delay(1_000, controller.signal);
  const error = new Error('stop');
  controller.abort(error);
  expect(await stateOf(waiting)).toEqual({ error });
  expect(vi.getTimerCount()).toBe(0);
});

test('a deadline aborts with its error, made only then', async () => {
  const late = vi.fn(() => new Error('late'));
  const { signal } = deadline(50, late);
  await vi.advanceTimersByTimeAsync(49);
  expect([signal.aborted, late.mock.calls.length]).toEqual([false, 0]);
  await vi.advanceTimersByTimeAsync(1);
  expect(signal.reason).toMatchObject({ message: 'late' });
});

test('a deadline that is cleared never comes', () => {
  const { signal, clear } = deadline(50, () => new Error('late'));
  clear();
  expect(vi.getTimerCount()).toBe(0);
  expect(signal.aborted).toBe(false);
});

test('work in time settles as it does by itself, and leaves no timer', async () => {
  const late = vi.fn(() => new Error('late'));
  expect(await withDeadline(Promise.resolve(1), 50, late)).toBe(1);
  await expect(withDeadline(Promise.reject(new Error('bad')), 50, late)).rejects.toThrow('bad');
  await vi.advanceTimersByTimeAsync(0);
  expect(vi.getTimerCount()).toBe(0);
  expect(late).not.toHaveBeenCalled();
});

test('work that is late is no longer waited for', async () => {
  const error = new Error('late');
  const work = new Deferred();
  const waiting = withDeadline(work.promise, 50, () => error);
  expect(await stateOf(waiting)).toBe('pending');
  vi.advanceTimersByTime(50);
  expect(await stateOf(waiting)).toEqual({ error });
  work.reject(new Error('later'));
});
