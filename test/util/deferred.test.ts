import { expect, test } from 'vitest';
import { Deferred } from '../../src/util/deferred.js';

test('is settled from outside, once', async () => {
  const one = new Deferred<number>();
  one.resolve(1);
  one.reject(new Error('too late'));
  await expect(one.promise).resolves.toBe(1);
  const other = new Deferred();
  other.reject(new Error('no'));
  other.resolve();
  await expect(other.promise).rejects.toThrow('no');
});

test('a rejection that nobody waits for is no error of the process', async () => {
  const seen: unknown[] = [];
  const note = (error: unknown): void => void seen.push(error);
  process.on('unhandledRejection', note);
  try {
    new Deferred().reject(new Error('nobody cares'));
    await new Promise((resolve) => setImmediate(resolve));
  } finally {
    process.off('unhandledRejection', note);
  }
  expect(seen).toEqual([]);
});
