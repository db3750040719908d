import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { nodeBackend } from '../../../src/silc/crypto/backend-node.js';
import { fingerprint } from '../../../src/silc/crypto/fingerprint.js';
import type { StoredChannel } from '../../../src/store/types.js';
import { someone } from '../support/fake-silc.js';
import { crash, first, next } from '../support/restarts.js';
import { outlines, type World } from '../support/world.js';

const ALICE = 'alice@jabber.test/phone';
const CAROL = 'carol@jabber.test/x';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** What is stored of the only channel. */
async function row({ store }: World): Promise<StoredChannel> {
  const [channel] = (await store.sessions.load()).channels;
  return channel!;
}

/** The process dies between the writing of sessions and that of the channel, which was stored as this. */
async function crashWith(world: World, channel: StoredChannel): Promise<void> {
  await crash(world);
  await world.store.sessions.save({ sessions: [], channels: [channel], aliveAt: new Date() });
}

/** Whom a client is shown that asks for everything again. */
async function shown(world: World, full: string, nick: string): Promise<string[]> {
  const presences = outlines(await world.join(full, 'silc', nick)).flatMap(
    (line) => /^presence silc@gw\.test\/([^>]+)/.exec(line)?.[1] ?? [],
  );
  return presences.sort();
}

describe('a channel that is stored as of an earlier moment than its users', () => {
  it('shows a user who had another Client ID then once, under the same name', async () => {
    const before = await first();
    before.silc.channel('silc', [[someone('Bob', { fingerprint: 'b0'.repeat(20) })]]);
    await before.join(ALICE, 'silc', 'alice');
    await before.join(CAROL, 'silc', 'carol');
    const old = await row(before);
    before.silc.session.lose();
    await vi.advanceTimersByTimeAsync(2_000);
    await crashWith(before, old);
    // Nobody comes back yet.
    before.silc.connectGate = new Promise(() => {});
    const after = await next(before);
    await after.settle();
    expect(await shown(after, ALICE, 'alice')).toEqual(['Bob', 'alice', 'carol']);
  });

  it('gives a user the name of one who has left since then, if that is what the user was shown under', async () => {
    const before = await first();
    const bob = someone('Bob', { fingerprint: 'b0'.repeat(20) });
    const channel = before.silc.channel('silc', [[bob], [someone('Eve')]]);
    await before.join(ALICE, 'silc', 'alice');
    const old = await row(before);
    before.silc.exit(channel, bob, { kind: 'leave' });
    await before.receive(`<presence from='${ALICE}' to='silc@gw.test/Bob'/>`);
    await crashWith(before, old);
    const after = await next(before);
    await after.settle();
    expect(await shown(after, ALICE, 'Bob')).toEqual(['Bob', 'Eve']);
  });

  it('leaves a user who was on the way back the name that the user had then', async () => {
    const before = await first();
    await before.join(ALICE, 'silc', 'alice');
    await before.join(CAROL, 'silc', 'carol');
    const old = await row(before);
    await before.receive(`<presence from='${CAROL}' to='silc@gw.test/carol' type='unavailable'/>`);
    before.silc.gate = new Promise(() => {});
    await before.join(CAROL, 'silc', 'carol');
    await crashWith(before, old);
    before.silc.gate = Promise.resolve();
    const after = await next(before);
    await after.settle();
    expect(await shown(after, ALICE, 'alice')).toEqual(['alice', 'carol']);
  });
});

describe('a SILC server that has not noticed the end of a process', () => {
  it('has clients of it on a channel that keep no name from their users', async () => {
    const before = await first();
    const channel = before.silc.channel('silc', [[someone('Bob', { fingerprint: 'b0'.repeat(20) })]]);
    await before.join(ALICE, 'silc', 'alice');
    await before.join(CAROL, 'silc', 'carol');
    const { self, options } = before.silc.session;
    await crash(before);
    const after = await next(before);
    await after.settle();
    await after.receive(`<presence from='${CAROL}' to='silc@gw.test/carol' type='unavailable'/>`);
    const ghost = { ...self, fingerprint: fingerprint(nodeBackend, options.keyPair.publicKey) };
    before.silc.enter(channel, ghost);
    await after.settle();
    await after.join(CAROL, 'silc', 'carol');
    expect(await shown(after, ALICE, 'alice')).toEqual(['Bob', 'alice', 'carol']);
    // And when the server does notice, nobody goes.
    before.silc.exit(channel, ghost, { kind: 'signoff', message: undefined });
    expect(outlines(await after.settle())).toEqual([]);
  });
});
