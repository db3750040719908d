import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SilcError } from '../../src/silc/errors.js';
import type { FakeSession } from './support/fake-silc.js';
import { outlines, testConfig, World } from './support/world.js';

const USERS = 60;

const client = (index: number): string => `u${index}@jabber.test/c`;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] });
});
afterEach(() => void vi.useRealTimers());

/** Many users in one room, each with a link. */
async function everybodyIn(graceMs = 120_000): Promise<World> {
  const base = testConfig();
  const world = await World.start({ ...base, timeouts: { ...base.timeouts, grace_ms: graceMs } });
  for (let index = 0; index < USERS; index++) await world.join(client(index), 'silc', `u${index}`);
  return world;
}

function serverGoes(world: World): void {
  world.silc.connectFailure = () => Promise.reject(new SilcError('closed', 'refused'));
  for (const session of [...world.silc.sessions]) session.lose();
}

describe('many users whose SILC server was away', () => {
  it('are all back at once when the first one is, whatever their pauses', async () => {
    const world = await everybodyIn();
    serverGoes(world);
    await vi.advanceTimersByTimeAsync(60_000);
    const tries = world.silc.connects - USERS;
    // One finds out, and those behind it are told: not each of them tries.
    expect(tries).toBeLessThan(USERS * 2);
    world.silc.connectFailure = undefined;
    const first = new Promise<void>((resolve) => (world.silc.onConnect = () => resolve()));
    await vi.waitFor(async () => {
      await vi.advanceTimersByTimeAsync(100);
      expect(world.silc.sessions.some(({ state }) => state === 'ready')).toBe(true);
    }, 20_000);
    await first;
    await vi.advanceTimersByTimeAsync(100);
    expect(world.silc.sessions.filter(({ state }) => state === 'ready')).toHaveLength(USERS);
    const gone = outlines(await world.settle()).filter((line) => line.includes('unavailable'));
    expect(gone).toEqual([]);
  });

  it('come back in the order in which they are needed: who talks before who listens', async () => {
    const world = await everybodyIn();
    serverGoes(world);
    const talking = [7, 31, 59];
    for (const index of talking) {
      world.link.receive(
        `<message from='${client(index)}' to='silc@gw.test' type='groupchat' id='${index}'><body>hear</body></message>`,
      );
    }
    await vi.advanceTimersByTimeAsync(20_000);
    const order: string[] = [];
    const gate = { get: () => new Promise<void>((resolve) => setTimeout(resolve, 10)) };
    Object.defineProperty(world.silc, 'connectGate', gate);
    world.silc.connectFailure = undefined;
    world.silc.onConnect = (session: FakeSession) => order.push(session.self.nickname ?? '');
    await vi.advanceTimersByTimeAsync(15_000);
    expect(order).toHaveLength(USERS);
    // The first ones find out that the server is there, whoever they are.
    for (const index of talking) expect(order.indexOf(`u${index}`)).toBeLessThan(talking.length + 4);
  });

  it('have more time the more they are', async () => {
    const world = await everybodyIn(10_000);
    serverGoes(world);
    await vi.advanceTimersByTimeAsync(10_000 + 100 * (USERS - 1) - 200);
    expect(outlines(await world.settle()).filter((line) => line.includes('333'))).toEqual([]);
    await vi.advanceTimersByTimeAsync(1_000);
    const told = outlines(await world.settle()).filter((line) => line.includes('333'));
    expect(told.length).toBeGreaterThan(0);
  });
});
