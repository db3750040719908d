import { getEventListeners } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Semaphore } from '../../src/util/semaphore.js';

test('never more than so many at once, in the order they came, and all in the end', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 4 }),
      fc.array(fc.nat(3), { maxLength: 12 }),
      async (permits, jobs) => {
        const semaphore = new Semaphore(permits);
        const order: number[] = [];
        let running = 0;
        let most = 0;
        await Promise.all(
          jobs.map(async (turns, index) => {
            const release = await semaphore.acquire();
            order.push(index);
            most = Math.max(most, ++running);
            for (let i = 0; i < turns; i++) await turn();
            running--;
            release();
          }),
        );
        expect(order).toEqual(jobs.map((_, index) => index));
        expect(most).toBeLessThanOrEqual(permits);
        if (jobs.length >= permits && jobs.every((turns) => turns > 0)) expect(most).toBe(permits);
      },
    ),
    { numRuns: 50 },
  );
});

test('whoever is aborted waits no longer, and takes no permit', async () => {
  const semaphore = new Semaphore(1);
  const release = await semaphore.acquire();
  const controller = new AbortController();
  const aborted = semaphore.acquire(controller.signal);
  const next = semaphore.acquire();
  controller.abort(new Error('stop'));
  await expect(aborted).rejects.toThrow('stop');
  await expect(semaphore.acquire(controller.signal)).rejects.toThrow('stop');
  release();
  (await next)();
  (await semaphore.acquire())();
});

test('a permit that is given back twice is one permit, and no listener stays on the signal', async () => {
  const semaphore = new Semaphore(1);
  const { signal } = new AbortController();
  const release = await semaphore.acquire();
  const second = semaphore.acquire(signal);
  release();
  release();
  await second;
  expect(getEventListeners(signal, 'abort')).toEqual([]);
  let third = false;
  const waiting = semaphore.acquire().then(() => (third = true));
  await turn();
  expect(third).toBe(false);
  (await second)();
  await waiting;
});
