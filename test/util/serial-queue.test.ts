import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Deferred } from '../../src/util/deferred.js';
import { SerialQueue } from '../../src/util/serial-queue.js';

test('runs one piece at a time in the order they came, whatever becomes of those before', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.boolean(), { maxLength: 12 }), async (outcomes) => {
      const queue = new SerialQueue();
      const log: string[] = [];
      const results = outcomes.map((good, index) =>
        queue.run(async () => {
          log.push(`begin ${index}`);
          await turn();
          log.push(`end ${index}`);
          if (!good) throw new Error(`bad ${index}`);
          return index;
        }),
      );
      const settled = await Promise.allSettled(results);
      expect(log).toEqual(outcomes.flatMap((_, index) => [`begin ${index}`, `end ${index}`]));
      expect(settled).toEqual(
        outcomes.map((good, index) =>
          good
            ? { status: 'fulfilled', value: index }
            : { status: 'rejected', reason: new Error(`bad ${index}`) },
        ),
      );
      expect(queue.idle).toBe(true);
    }),
    { numRuns: 30 },
  );
});

test('work that throws at once is a rejection', async () => {
  const queue = new SerialQueue();
  const work = (): number => {
    throw new Error('bad');
  };
  await expect(queue.run(work)).rejects.toThrow('bad');
  await expect(queue.run(() => 2)).resolves.toBe(2);
});

test('a full queue refuses with the error of its owner, and takes more when there is room again', async () => {
  const queue = new SerialQueue(2, () => new RangeError('full'));
  const first = new Deferred();
  const running = queue.run(() => first.promise);
  const waiting = queue.run(() => 'second');
  let begun = false;
  await expect(queue.run(() => (begun = true))).rejects.toThrow(RangeError);
  expect([begun, queue.idle]).toEqual([false, false]);
  first.resolve();
  expect(await Promise.all([running, waiting])).toEqual([undefined, 'second']);
  await expect(queue.run(() => 'third')).resolves.toBe('third');
});
