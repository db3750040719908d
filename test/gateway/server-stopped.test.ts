import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { DepartureCause } from '../../src/silc/client/types.js';
import { someone } from './support/fake-silc.js';
import { outlines, World } from './support/world.js';

const ALICE = 'alice@jabber.test/phone';
const STOPPED: DepartureCause = { kind: 'signoff', message: 'Server is shutting down' };
const LEFT = `presence unavailable lounge@gw.test/Bob>${ALICE} none/none`;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

async function withBob(): Promise<{ world: World; bob: ReturnType<typeof someone> }> {
  const world = await World.start();
  const bob = someone('Bob', { fingerprint: 'bb'.repeat(20) });
  world.silc.channel('lounge', [[bob]]);
  await world.join(ALICE, 'lounge', 'alice');
  return { world, bob };
}

const presences = (lines: readonly string[]): string[] => lines.filter((line) => line.startsWith('presence'));

describe('a SILC server that is stopped in order', () => {
  it('takes nobody away who is back with everybody else', async () => {
    const { world, bob } = await withBob();
    const channel = world.silc.channel('lounge');
    world.silc.exit(channel, bob, STOPPED);
    expect(outlines(await world.settle())).toEqual([]);
    world.silc.session.loseUnnoticed();
    channel.members.clear();
    world.silc.enter(channel, someone('Bob', { fingerprint: bob.fingerprint }));
    await vi.advanceTimersByTimeAsync(30_000);
    expect(presences(outlines(await world.settle()))).toEqual([]);
  });

  it('takes those away who do not come back while it is heard', async () => {
    const { world, bob } = await withBob();
    world.silc.exit(world.silc.channel('lounge'), bob, STOPPED);
    await vi.advanceTimersByTimeAsync(9_000);
    expect(outlines(await world.settle())).toEqual([]);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(outlines(await world.settle())).toEqual([LEFT]);
  });

  it('takes nobody away who comes to another server at once', async () => {
    const { world, bob } = await withBob();
    world.silc.exit(world.silc.channel('lounge'), bob, STOPPED);
    world.silc.enter(world.silc.channel('lounge'), someone('Bob', { fingerprint: bob.fingerprint }));
    await vi.advanceTimersByTimeAsync(30_000);
    expect(outlines(await world.settle())).toEqual([]);
  });

  it('takes nobody away while those are losing their links who have joined last', async () => {
    const { world, bob } = await withBob();
    const channel = world.silc.channel('lounge');
    const [first] = world.silc.sessions;
    // It has heard nothing since the other one is there.
    first?.halfOpen();
    await vi.advanceTimersByTimeAsync(1_000);
    await world.join('carol@jabber.test/x', 'lounge', 'carol');
    world.silc.connectFailure = () => Promise.reject(new Error('not yet'));
    world.silc.exit(channel, bob, STOPPED);
    const told = [...(await world.settle())];
    for (const session of [first, ...world.silc.sessions.slice(1)]) {
      session?.lose();
      told.push(...(await world.settle()));
    }
    await vi.advanceTimersByTimeAsync(30_000);
    expect(presences(outlines([...told, ...(await world.settle())]))).toEqual([]);
  });

  it('takes nobody away before it is known who is back', async () => {
    const { world, bob } = await withBob();
    const channel = world.silc.channel('lounge');
    world.silc.exit(channel, bob, STOPPED);
    world.silc.connectFailure = () => Promise.reject(new Error('not yet'));
    world.silc.session.loseUnnoticed();
    await vi.advanceTimersByTimeAsync(30_000);
    expect(outlines(await world.settle())).toEqual([]);
  });
});
