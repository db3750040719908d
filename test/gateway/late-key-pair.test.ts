import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Deferred } from '../../src/util/deferred.js';
import { outlines, World } from './support/world.js';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const ALICE = 'alice@jabber.test/phone';

it('who waits for a key pair is told so, not that the network is slow, and gets in with it', async () => {
  const world = await World.start();
  const ready = new Deferred();
  const find = world.store.identities.find.bind(world.store.identities);
  world.store.identities.find = async (user) => {
    await ready.promise;
    return find(user);
  };
  expect(await world.join(ALICE, 'lounge', 'alice')).toEqual([]);
  await vi.advanceTimersByTimeAsync(30_000);
  const [refusal, ...more] = await world.settle();
  expect(more).toEqual([]);
  expect(refusal && outlines([refusal])).toEqual([
    `presence error lounge@gw.test/alice>${ALICE} wait/resource-constraint`,
  ]);
  expect(refusal?.getChild('error')?.getChildText('text')).toContain('key pair is not ready');
  ready.resolve();
  await world.settle();
  expect(outlines(await world.join(ALICE, 'lounge', 'alice'))[0]).toContain('owner/moderator');
});
