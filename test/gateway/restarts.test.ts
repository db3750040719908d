import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Element } from '../../src/component/stanza.js';
import type { ChannelHooks } from '../../src/gateway/channels/hooks.js';
import { ChannelMode, ChannelUserMode } from '../../src/silc/modes.js';
import { Status } from '../../src/silc/status.js';
import { Deferred } from '../../src/util/deferred.js';
import { someone } from './support/fake-silc.js';
import { crash, first, next, suspend } from './support/restarts.js';
import { outlines, testConfig, World } from './support/world.js';

const ALICE = 'alice@jabber.test/phone';
const DESK = 'alice@jabber.test/desk';
const CAROL = 'carol@jabber.test/x';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const gap = (to: string): unknown =>
  expect.stringMatching(
    new RegExp(`^message groupchat silc@gw\\.test>${to} body=The link to the SILC network was down from `),
  );

/** What a client is told whose lines may be lost. */
const broke = (to: string): unknown =>
  expect.stringMatching(
    new RegExp(`^message groupchat silc@gw\\.test>${to} body=The gateway broke down and was away from `),
  );

const say = (from: string, text: string): string =>
  `<message from='${from}' to='silc@gw.test' type='groupchat' id='${text}'><body>${text}</body></message>`;

describe('a restart by SIGTERM', () => {
  it('is seen by nobody: sessions are detached and resumed, rooms are as they were', async () => {
    const before = await first();
    const bob = someone('Bob', { fingerprint: 'b0'.repeat(20) });
    const channel = before.silc.channel('silc', [[bob, ChannelUserMode.founder], [someone('alice')]]);
    channel.topic = 'Old';
    await before.join(ALICE, 'silc', 'alice');
    await before.join(DESK, 'silc', 'alice');
    await before.join(CAROL, 'silc', 'carol');
    const shown = await snapshot(before);
    expect(await suspend(before)).toEqual([]);
    expect(before.silc.sessions.map(({ log }) => log)).toEqual([
      ['join silc', 'detach'],
      ['join silc', 'detach'],
    ]);
    expect([...channel.members.values()].map(({ user }) => user.nickname)).toEqual([
      'Bob',
      'alice',
      'alice',
      'carol',
    ]);

    const after = await next(before);
    expect(outlines(await after.settle())).toEqual([gap(ALICE), gap(DESK), gap(CAROL)]);
    expect(before.silc.sessions.slice(2).map(({ log }) => log)).toEqual([[], []]);
    expect(await snapshot(after)).toEqual(shown);
    expect(after.gauges).toMatchObject({ sessions: 2, rooms: 2, resources: 3 });

    const sent = outlines(await after.receive(say(DESK, 'hello')));
    expect(sent.map((line) => line.split('>')[0])).toEqual(
      Array.from({ length: 3 }, () => 'message groupchat silc@gw.test/alice*' + nameMark(shown)),
    );
    after.silc.say(channel, bob, after.silc.message('heard'));
    expect(outlines(await after.settle())).toHaveLength(3);
  });

  /** What a client is told that asks for everything again. */
  async function snapshot(world: World): Promise<string[]> {
    return (await world.join(CAROL, 'silc', 'carol')).map((stanza) => stanza.toString()).sort();
  }

  const nameMark = (shown: readonly string[]): string =>
    /silc@gw\.test\/alice\*([0-9a-f]+)/.exec(shown.join())?.[1] ?? '';

  it('says nothing at all where nobody else was on the channel', async () => {
    const before = await first();
    await before.join(ALICE, 'silc', 'alice');
    expect(await suspend(before)).toEqual([]);
    const after = await next(before);
    expect(await after.settle()).toEqual([]);
    expect(after.silc.session.log).toEqual([]);
  });

  it('tells who came, who went, and what changed meanwhile', async () => {
    const before = await first();
    const [bob, dora] = [someone('Bob'), someone('Dora')];
    const channel = before.silc.channel('silc', [[bob], [dora]]);
    await before.join(ALICE, 'silc', 'alice');
    await suspend(before);
    channel.members.delete(dora.clientId);
    channel.members.set(bob.clientId, { user: bob, mode: ChannelUserMode.operator });
    before.silc.channel('silc', [[someone('Eve')]]);
    channel.topic = 'New';
    channel.mode = ChannelMode.topic;
    const after = await next(before);
    expect(outlines(await after.settle())).toEqual([
      `presence silc@gw.test/Bob>${ALICE} admin/moderator`,
      `presence unavailable silc@gw.test/Dora>${ALICE} none/none`,
      `presence silc@gw.test/Eve>${ALICE} none/participant`,
      `message groupchat silc@gw.test>${ALICE} 104`,
      `message groupchat silc@gw.test>${ALICE} subject=New`,
      gap(ALICE),
    ]);
  });

  it('is told to who waits for something, and kept from who leaves at that moment', async () => {
    const before = await first();
    await before.join(ALICE, 'silc', 'alice');
    before.silc.gate = new Promise(() => {});
    await before.join(ALICE, 'other', 'alice');
    let detached = (): void => {};
    before.silc.quitGate = new Promise((resolve) => (detached = resolve));
    const stopped = before.gateway.stop('suspend');
    expect(outlines(await before.settle())).toEqual([
      `presence error other@gw.test/alice>${ALICE} wait/service-unavailable`,
    ]);
    expect(outlines(await before.receive(say(ALICE, 'late')))).toEqual([
      `message error silc@gw.test>${ALICE} wait/service-unavailable`,
    ]);
    expect(
      outlines(
        await before.receive(`<presence from='${ALICE}' to='silc@gw.test/alice' type='unavailable'/>`),
      ),
    ).toEqual([`presence unavailable silc@gw.test/alice>${ALICE} owner/none 110`]);
    detached();
    await vi.advanceTimersByTimeAsync(200);
    await stopped;
    before.silc.quitGate = Promise.resolve();
    // The server still has the session: it is taken up to be ended.
    expect(before.silc.detached.size).toBe(1);
    const after = await next(before);
    expect(await after.settle()).toEqual([]);
    expect(after.silc.detached.size).toBe(0);
    expect(after.silc.channels.has('silc')).toBe(false);
    expect(after.gauges).toMatchObject({ sessions: 0, rooms: 0, resources: 0 });
  });

  it('keeps what is detached over a second restart before anything was resumed', async () => {
    const before = await first();
    await before.join(ALICE, 'silc', 'alice');
    await suspend(before);
    before.silc.connectGate = new Promise(() => {});
    const between = await next(before);
    expect(await suspend(between)).toEqual([]);
    before.silc.connectGate = Promise.resolve();
    const after = await next(between);
    expect(await after.settle()).toEqual([]);
    expect(after.silc.session.log).toEqual([]);
    expect(after.silc.detached.size).toBe(0);
  });

  it('rejoins where the server does not resume, with the passphrase that the channel wants', async () => {
    const before = await first();
    const channel = before.silc.channel('silc', [[someone('Bob')]]);
    channel.mode = ChannelMode.passphrase;
    before.silc.passphrases.set('silc', 'secret');
    await before.join(ALICE, 'silc', 'alice', 'secret');
    await suspend(before);
    const old = [...before.silc.detached.keys()];
    for (const clientId of old) channel.members.delete(clientId);
    before.silc.detached.clear();
    const after = await next(before);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(outlines(await after.settle())).toEqual([gap(ALICE)]);
    // What the server may have of the old session all the same is taken off its channels.
    expect(after.silc.session.log).toEqual([`kill ${old.join()}`, 'join silc secret']);
  });

  it('quits where the server does not detach, and comes back all the same', async () => {
    const before = await first();
    await before.join(ALICE, 'silc', 'alice');
    before.silc.session.refusals.set('detach', new Error('operation not allowed'));
    expect(await suspend(before)).toEqual([]);
    expect(before.silc.sessions.map(({ log }) => log)).toEqual([['join silc', 'quit']]);
    const after = await next(before);
    expect(await after.settle()).toEqual([]);
    expect(after.silc.session.log).toEqual(['join silc']);
  });

  it('puts out who cannot get in again, with the reason', async () => {
    const before = await first();
    before.silc.channel('silc', [[someone('Bob')]]);
    await before.join(ALICE, 'silc', 'alice');
    before.silc.session.refusals.set('detach', new Error('operation not allowed'));
    await suspend(before);
    before.silc.refuse.set('silc', Status.bannedFromChannel);
    const after = await next(before);
    expect(outlines(await after.settle())).toEqual([
      `presence unavailable silc@gw.test/alice>${ALICE} none/none 301,110`,
    ]);
  });

  it('finds out which clients are gone', async () => {
    const before = await first();
    await before.join(ALICE, 'silc', 'alice');
    await before.join(DESK, 'silc', 'alice');
    await suspend(before);
    const after = new World(testConfig(), () => [], undefined, before);
    after.link.gone.add(DESK);
    await after.gateway.start();
    expect(outlines(await after.settle())).toEqual([
      `presence unavailable silc@gw.test/alice>${DESK} owner/none 333,110`,
    ]);
    expect(after.gauges).toMatchObject({ sessions: 1, rooms: 1, resources: 1 });
  });

  it('takes up nobody in rooms that have another address now', async () => {
    const before = await first();
    await before.join(ALICE, 'silc', 'alice');
    await suspend(before);
    const { networks } = testConfig();
    const { net } = networks;
    if (net === undefined) throw new Error('no network');
    const after = await next(before, testConfig({ networks: { net: { ...net, default: false } } }));
    expect(await after.settle()).toEqual([]);
    expect(after.silc.channels.has('silc')).toBe(false);
    expect(after.gauges).toMatchObject({ sessions: 0, rooms: 0, resources: 0 });
  });
});

describe('a restart after a crash', () => {
  it('brings everybody back, and tells only what may be missing', async () => {
    const before = await first();
    const bob = someone('Bob');
    const channel = before.silc.channel('silc', [[bob], [someone('alice')]]);
    await before.join(ALICE, 'silc', 'alice');
    await before.join(CAROL, 'silc', 'carol');
    await crash(before);
    expect([...channel.members.values()].map(({ user }) => user.nickname)).toEqual(['Bob', 'alice']);
    const after = await next(before);
    // What was shown at the end may not have been stored.
    const sent = outlines(await after.settle());
    expect(sent.filter((line) => line.startsWith('presence'))).toHaveLength(6);
    expect(sent.filter((line) => line.includes('unavailable'))).toEqual([]);
    expect(sent.filter((line) => line.startsWith('message'))).toEqual([
      broke(ALICE),
      broke(CAROL),
      gap(ALICE),
      gap(CAROL),
    ]);
    expect(after.silc.sessions.slice(2).map(({ log }) => log)).toEqual([['join silc'], ['join silc']]);
    after.silc.say(channel, bob, after.silc.message('back'));
    expect(outlines(await after.settle())).toHaveLength(2);
  });

  it('answers the joins that were waiting', async () => {
    const before = await first();
    before.silc.gate = new Promise(() => {});
    await before.join(ALICE, 'silc', 'alice');
    await crash(before);
    before.silc.gate = Promise.resolve();
    const after = await next(before);
    expect(outlines(await after.settle())).toEqual([
      `presence silc@gw.test/alice>${ALICE} owner/moderator 110,201`,
      `message groupchat silc@gw.test>${ALICE} subject=`,
    ]);
  });

  it('shows who waited so much of the history as was asked for', async () => {
    const before = await first();
    before.silc.gate = new Promise(() => {});
    const bounds = "maxstanzas='3' since='2026-01-01T00:00:00Z'";
    await before.receive(
      `<presence from='${ALICE}' to='silc@gw.test/alice'><x xmlns='http://jabber.org/protocol/muc'><history ${bounds}/></x></presence>`,
    );
    await crash(before);
    before.silc.gate = Promise.resolve();
    const history = vi.fn<NonNullable<ChannelHooks['history']>>(() => []);
    const after = await next(before, testConfig(), [{ name: 'archive', specs: [], channel: { history } }]);
    await after.settle();
    expect(history.mock.calls).toEqual([
      [{ room: 'silc@gw.test', user: 'alice@jabber.test', maxStanzas: 3, since: '2026-01-01T00:00:00Z' }],
    ]);
  });

  it('knows nobody who has left before', async () => {
    const before = await first();
    await before.join(ALICE, 'silc', 'alice');
    await before.receive(`<presence from='${ALICE}' to='silc@gw.test/alice' type='unavailable'/>`);
    await crash(before);
    const after = await next(before);
    expect(await after.settle()).toEqual([]);
    expect(after.gauges).toMatchObject({ sessions: 0, rooms: 0, resources: 0 });
    expect((await before.store.sessions.load()).sessions).toEqual([]);
    expect((await before.store.sessions.load()).channels).toEqual([]);
  });
});

describe('who is where', () => {
  it('is written a little later, many changes at once', async () => {
    const world = await first();
    await vi.advanceTimersByTimeAsync(100);
    const { saves } = world.store.sessions;
    for (let i = 0; i < 20; i++) {
      world.link.receive(
        `<presence from='user${i}@jabber.test/x' to='silc@gw.test/user${i}'><x xmlns='http://jabber.org/protocol/muc'/></presence>`,
      );
    }
    await vi.advanceTimersByTimeAsync(500);
    expect((await world.store.sessions.load()).sessions).toHaveLength(20);
    expect(world.store.sessions.saves - saves).toBeLessThan(10);
  });

  it('is written before a client is told that it is in, which a slow store cannot hold up for long', async () => {
    const world = await first();
    await world.join(ALICE, 'silc', 'alice');
    await vi.advanceTimersByTimeAsync(500);
    const gate = new Deferred();
    world.store.sessions.gate = gate.promise;
    const to = (full: string, sent: readonly Element[]): unknown[] =>
      sent.filter(({ attrs }) => attrs.to === full);
    // Who is in already sees those who come at once.
    const carols = await world.join(CAROL, 'silc', 'carol');
    expect([to(CAROL, carols), to(ALICE, carols)]).toEqual([[], [expect.anything()]]);
    expect(await world.join(DESK, 'silc', 'alice')).toEqual([]);
    gate.resolve();
    await vi.advanceTimersByTimeAsync(400);
    const own = outlines(await world.settle()).filter((line) => line.includes(' 110'));
    expect(own.map((line) => /> ?(\S+)/.exec(line)?.[1]).sort()).toEqual([DESK, CAROL].sort());
    expect((await world.store.sessions.load()).sessions).toHaveLength(2);

    world.store.sessions.gate = new Promise(() => {});
    const dave = 'dave@jabber.test/x';
    expect(to(dave, await world.join(dave, 'silc', 'dave'))).toEqual([]);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(outlines(await world.settle()).some((line) => line.includes(`>${dave} `))).toBe(true);
  });

  it('is written, too, before a client is told that came while another one of the user was on the way', async () => {
    const world = await first();
    const [join, write] = [new Deferred(), new Deferred()];
    world.silc.gate = join.promise;
    await world.join(ALICE, 'silc', 'alice');
    world.store.sessions.gate = write.promise;
    await world.join(DESK, 'silc', 'alice');
    join.resolve();
    const isIn = (sent: readonly Element[]): string[] =>
      outlines(sent).flatMap((line) => (line.includes(' 110') ? (/>(\S+)/.exec(line)?.[1] ?? '') : []));
    expect(isIn(await world.settle())).toEqual([ALICE]);
    write.resolve();
    await vi.advanceTimersByTimeAsync(400);
    expect(isIn(await world.settle())).toEqual([DESK]);
  });

  it('is written at once when a client leaves', async () => {
    const world = await first();
    await world.join(ALICE, 'silc', 'alice');
    await vi.advanceTimersByTimeAsync(500);
    world.link.receive(`<presence from='${ALICE}' to='silc@gw.test/alice' type='unavailable'/>`);
    await vi.advanceTimersByTimeAsync(10);
    expect(await world.store.sessions.load()).toMatchObject({ sessions: [] });
  });

  it('holds up nobody while the store fails, and is written when it does not any more', async () => {
    const world = await first();
    world.store.sessions.failure = new Error('disk full');
    const sent = await world.join(ALICE, 'silc', 'alice');
    expect(outlines(sent)).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(10_000);
    expect((await world.store.sessions.load()).sessions).toEqual([]);
    world.store.sessions.failure = undefined;
    await vi.advanceTimersByTimeAsync(1_100);
    expect((await world.store.sessions.load()).sessions).toHaveLength(1);
  });
});
