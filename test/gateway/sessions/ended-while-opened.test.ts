import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { first, next, suspend } from '../support/restarts.js';
import type { World } from '../support/world.js';

const ALICE = 'alice@jabber.test/phone';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** At the next session of a world, so many microtasks after it was made. */
function soonAfter(world: World, microtasks: number, act: () => void): void {
  const later = (left: number): void => (left === 0 ? act() : queueMicrotask(() => later(left - 1)));
  world.silc.onConnect = () => {
    world.silc.onConnect = () => undefined;
    later(microtasks);
  };
}

const open = ({ silc }: World): number => silc.sessions.filter(({ state }) => state === 'ready').length;

// All the places where a chain of promises may be when the other event comes.
const moments = Array.from({ length: 40 }, (_, microtasks) => microtasks);

it.each(moments)('a session whose user leaves %i microtasks after it was opened is ended', async (moment) => {
  const world = await first();
  soonAfter(world, moment, () => {
    world.link.receive(`<presence from='${ALICE}' to='silc@gw.test/alice' type='unavailable'/>`);
  });
  await world.join(ALICE, 'silc', 'alice');
  await vi.advanceTimersByTimeAsync(700_000);
  expect([open(world), world.gauges.sessions]).toEqual([0, 0]);
});

it.each(moments)(
  'no session is left where the process ends %i microtasks after it is back',
  async (moment) => {
    const before = await first();
    await before.join(ALICE, 'silc', 'alice');
    await suspend(before);
    before.silc.detached.clear();
    const after = await next(before);
    let stopped: Promise<void> | undefined;
    soonAfter(after, moment, () => {
      stopped = after.gateway.stop('suspend');
    });
    await vi.advanceTimersByTimeAsync(10_000);
    await stopped;
    expect([stopped === undefined, open(after)]).toEqual([false, 0]);
  },
);
