import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type FakeChannel, someone } from './support/fake-silc.js';
import { outlines, World } from './support/world.js';

const ALICE = 'alice@jabber.test/phone';
const CAROL = 'carol@jabber.test/x';
const KEY = 'bb'.repeat(20);
/** Its name without the digits that nobody can foretell. */
const anonymous = (line: string): string => line.replace(/\?[0-9a-f]{4}/g, '?');

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** Bob was on the channel; the server has been started anew, and Alice is back on it. Bob is still shown. */
async function afterCrash(): Promise<{ world: World; channel: FakeChannel }> {
  const world = await World.start();
  world.silc.channel('silc', [[someone('Bob', { fingerprint: KEY })]]);
  await world.join(ALICE, 'silc', 'alice');
  world.silc.restart();
  await vi.advanceTimersByTimeAsync(5_000);
  await world.settle();
  const channel = world.silc.channel('silc');
  expect(channel.members.size).toBe(1);
  return { world, channel };
}

const presences = (lines: readonly string[]): string[] =>
  lines.filter((line) => line.startsWith('presence')).map(anonymous);

/** Who is shown to somebody who comes now. */
async function shown(world: World): Promise<string[]> {
  const sent = await world.join(CAROL, 'silc', 'carol');
  return presences(outlines(sent)).flatMap((line) => /silc@gw\.test\/([^>]*)>carol/.exec(line)?.[1] ?? []);
}

describe('somebody who comes back after a restart of the server, and speaks before it is known who it is', () => {
  it('is who it was when the name is looked up', async () => {
    const { world, channel } = await afterCrash();
    const bob = someone(undefined, { fingerprint: KEY });
    world.silc.enter(channel, bob);
    world.silc.say(channel, bob, world.silc.message('back'));
    expect(outlines(await world.settle()).map(anonymous)).toEqual([
      `presence silc@gw.test/?>${ALICE} none/participant`,
      `message groupchat silc@gw.test/?>${ALICE} body=back`,
    ]);
    bob.nickname = 'Bob';
    world.silc.session.emit({ type: 'user-resolved', user: bob });
    expect(presences(outlines(await world.settle()))).toEqual([
      `presence unavailable silc@gw.test/?>${ALICE} none/none`,
    ]);
    world.silc.say(channel, bob, world.silc.message('here I am'));
    expect(outlines(await world.settle())).toEqual([
      `message groupchat silc@gw.test/Bob>${ALICE} body=here I am`,
    ]);
    await vi.advanceTimersByTimeAsync(300_000);
    expect(await world.settle()).toEqual([]);
    expect(await shown(world)).toEqual(['alice', 'Bob', 'carol']);
  });

  it('is who it was when it is told to have come only then', async () => {
    const { world, channel } = await afterCrash();
    const bob = someone(undefined, { fingerprint: KEY });
    world.silc.say(channel, bob, world.silc.message('back'));
    await world.settle();
    world.silc.enter(channel, { ...bob, nickname: 'Bob' });
    expect(presences(outlines(await world.settle()))).toEqual([
      `presence unavailable silc@gw.test/?>${ALICE} none/none`,
    ]);
    await vi.advanceTimersByTimeAsync(300_000);
    expect(await world.settle()).toEqual([]);
    expect(await shown(world)).toEqual(['alice', 'Bob', 'carol']);
  });

  it('is who it was from its first line on when its name is known', async () => {
    const { world, channel } = await afterCrash();
    const bob = someone('Bob', { fingerprint: KEY });
    world.silc.say(channel, bob, world.silc.message('back'));
    expect(outlines(await world.settle())).toEqual([`message groupchat silc@gw.test/Bob>${ALICE} body=back`]);
    world.silc.enter(channel, bob);
    await vi.advanceTimersByTimeAsync(300_000);
    expect(await world.settle()).toEqual([]);
    expect(await shown(world)).toEqual(['alice', 'Bob', 'carol']);
  });

  it('is named when the next session that hears the channel knows the name', async () => {
    const world = await World.start();
    const bob = someone(undefined);
    const channel = world.silc.channel('silc', [[bob]]);
    await world.join(ALICE, 'silc', 'alice');
    world.silc.say(channel, bob, world.silc.message('boo'));
    await world.settle();
    world.silc.session.lose();
    bob.nickname = 'Bob';
    await vi.advanceTimersByTimeAsync(5_000);
    expect(presences(outlines(await world.settle()))).toEqual([
      `presence unavailable silc@gw.test/?>${ALICE} none/participant 303`,
      `presence silc@gw.test/Bob>${ALICE} none/participant`,
    ]);
  });
});

it('is named at once where another session knows the name already', async () => {
  const world = await World.start();
  const channel = world.silc.channel('silc');
  await world.join(ALICE, 'silc', 'alice');
  const bob = someone('Bob');
  channel.members.set(bob.clientId, { user: bob, mode: 0 });
  // As a session has it that led before, and had not been told the name.
  world.silc.say(channel, { ...bob, nickname: undefined }, world.silc.message('boo'));
  expect(outlines(await world.settle())).toEqual([
    `presence silc@gw.test/Bob>${ALICE} none/participant`,
    `message groupchat silc@gw.test/Bob>${ALICE} body=boo`,
  ]);
});

describe('who is thought to be gone', () => {
  it('is nobody who is there already, however often that one is told to have come', async () => {
    const world = await World.start();
    const [first, second] = [someone('Bob', { fingerprint: KEY }), someone('Bob')];
    const channel = world.silc.channel('silc', [[first], [second]]);
    await world.join(ALICE, 'silc', 'alice');
    world.silc.exit(channel, first, { kind: 'signoff', message: 'Server is shutting down' });
    world.silc.enter(channel, second);
    await vi.advanceTimersByTimeAsync(12_000);
    expect(presences(outlines(await world.settle()))).toEqual([
      `presence unavailable silc@gw.test/Bob>${ALICE} none/none`,
    ]);
  });

  it('stays when it is told to have come as the client that it was', async () => {
    const world = await World.start();
    const bob = someone('Bob');
    const channel = world.silc.channel('silc', [[bob]]);
    await world.join(ALICE, 'silc', 'alice');
    world.silc.exit(channel, bob, { kind: 'signoff', message: 'Server is shutting down' });
    world.silc.enter(channel, bob);
    await vi.advanceTimersByTimeAsync(12_000);
    expect(await world.settle()).toEqual([]);
  });
});
