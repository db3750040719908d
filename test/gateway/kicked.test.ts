import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { nodeBackend } from '../../src/silc/crypto/backend-node.js';
import { generateKeyPair } from '../../src/silc/crypto/key-pair.js';
import type { AccessEntry } from '../../src/silc/client/types.js';
import { ChannelUserMode } from '../../src/silc/modes.js';
import { SilcCommandError } from '../../src/silc/errors.js';
import { Status } from '../../src/silc/status.js';
import { type FakeSession, someone } from './support/fake-silc.js';
import { outlines, World } from './support/world.js';

const ALICE = 'alice@jabber.test/phone';
const CAROL = 'carol@jabber.test/desk';
const DORA = 'dora@jabber.test/home';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] }));
afterEach(() => void vi.useRealTimers());

/** Alice, whom Bob kicks, and Carol, who is operator or not. */
async function kickedByBob({
  bans = [],
  carolsMode = ChannelUserMode.operator,
  entries,
}: {
  readonly bans?: readonly AccessEntry[];
  readonly carolsMode?: number;
  /** In place of the list. */
  readonly entries?: (alice: FakeSession) => Promise<readonly AccessEntry[]>;
}) {
  const world = await World.start();
  const bob = someone('Bob');
  const channel = world.silc.channel('silc', [[bob, ChannelUserMode.founder | ChannelUserMode.operator]]);
  await world.join(ALICE, 'silc', 'alice');
  await world.join(CAROL, 'silc', 'carol');
  const [alice, carol] = world.silc.sessions as [FakeSession, FakeSession];
  world.silc.setMode(channel, carol.self, carolsMode);
  world.silc.lists.set('ban silc', bans);
  if (entries !== undefined) carol.channelControl.entries = () => entries(alice);
  await world.settle();
  world.silc.exit(channel, alice.self, { kind: 'kicked', comment: 'out', by: bob });
  return { world, alice, carol, channel };
}

const gone = (affiliation: string, code: number): readonly string[] => [
  `presence unavailable silc@gw.test/alice>${ALICE} ${affiliation}/none ${code},110`,
  `presence unavailable silc@gw.test/alice>${CAROL} ${affiliation}/none ${code}`,
];

describe('a kick by a SILC user', () => {
  it('is a ban where the list says so by nickname or pattern', async () => {
    for (const mask of ['alice', 'al*', '*!*@*']) {
      const { world, carol } = await kickedByBob({ bans: [{ kind: 'mask', mask }] });
      const told = await world.settle();
      expect(outlines(told)).toEqual(gone('outcast', 301));
      expect(told[0]?.getChild('x')?.getChild('item')?.getChildText('reason')).toBe('out');
      expect(carol.log.filter((command) => command === 'bans')).toHaveLength(1);
    }
  });

  it('is a ban where the list has the host of a SILC user, for which the server is asked', async () => {
    for (const [bans, affiliation, code] of [
      ['*!*@evil.test', 'outcast', 301],
      ['*!*@other.test', 'none', 307],
    ] as const) {
      const world = await World.start();
      const [bob, dave] = [someone('Bob'), someone('dave', { username: undefined, hostname: undefined })];
      const channel = world.silc.channel('silc', [
        [bob, ChannelUserMode.founder | ChannelUserMode.operator],
        [dave, 0],
      ]);
      await world.join(CAROL, 'silc', 'carol');
      const [carol] = world.silc.sessions as [FakeSession];
      world.silc.setMode(channel, carol.self, ChannelUserMode.operator);
      world.silc.lists.set('ban silc', [{ kind: 'mask', mask: bans }]);
      await world.settle();
      carol.whoisById = () =>
        Promise.resolve({ user: { ...dave, username: 'dave', hostname: 'evil.test' }, channels: [] });
      world.silc.exit(channel, dave, { kind: 'kicked', comment: 'out', by: bob });
      expect(outlines(await world.settle())).toEqual([
        `presence unavailable silc@gw.test/dave>${CAROL} ${affiliation}/none ${code}`,
      ]);
    }
  });

  it('is a ban where the list has the key', async () => {
    const { world } = await kickedByBob({
      entries: (alice) => Promise.resolve([{ kind: 'key', key: alice.options.keyPair.publicKey }]),
    });
    expect(outlines(await world.settle())).toEqual(gone('outcast', 301));
  });

  it('is a kick where the list is about others', async () => {
    const { publicKey } = await generateKeyPair(nodeBackend, {
      bits: 1024,
      identifier: { UN: 'x', HN: 'silc.test' },
    });
    const { world } = await kickedByBob({
      bans: [
        { kind: 'mask', mask: 'Alice' },
        { kind: 'key', key: publicKey },
      ],
    });
    expect(outlines(await world.settle())).toEqual(gone('none', 307));
  });

  it('is a kick where nobody of the gateway may read the list: nobody is asked', async () => {
    const { world, carol } = await kickedByBob({
      bans: [{ kind: 'mask', mask: 'alice' }],
      carolsMode: ChannelUserMode.founder,
    });
    expect(outlines(await world.settle())).toEqual(gone('none', 307));
    expect(carol.log).not.toContain('bans');
  });

  it('is a kick where the list is not told in time or refused', async () => {
    const { world } = await kickedByBob({ entries: () => new Promise(() => undefined) });
    expect(await world.settle()).toEqual([]);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(outlines(world.link.take())).toEqual(gone('none', 307));
    const refusal = new SilcCommandError(20, Status.noChannelPriv, 'not operator');
    const other = await kickedByBob({ entries: () => Promise.reject(refusal) });
    expect(outlines(await other.world.settle())).toEqual(gone('none', 307));
  });

  it('leaves a place that hears nothing: who comes meanwhile is shown when another one is back', async () => {
    const world = await World.start();
    const bob = someone('Bob');
    const channel = world.silc.channel('silc', [[bob, ChannelUserMode.founder | ChannelUserMode.operator]]);
    for (const [full, nick] of [
      [ALICE, 'alice'],
      [CAROL, 'carol'],
      [DORA, 'dora'],
    ] as const) {
      await world.join(full, 'silc', nick);
    }
    const [alice, carol, dora] = world.silc.sessions as [FakeSession, FakeSession, FakeSession];
    world.silc.setMode(channel, carol.self, ChannelUserMode.operator);
    carol.channelControl.entries = () => new Promise(() => undefined);
    let open = (): void => undefined;
    world.silc.connectGate = new Promise((resolve) => (open = resolve));
    dora.lose();
    await vi.advanceTimersByTimeAsync(2_000);
    world.silc.exit(channel, alice.self, { kind: 'kicked', comment: 'out', by: bob });
    carol.lose();
    world.silc.enter(channel, someone('dave'));
    world.link.take();
    open();
    expect(outlines(await world.settle())).toContain(`presence silc@gw.test/dave>${DORA} none/participant`);
  });

  it('puts nobody out who has left and come back before the answer', async () => {
    let answer: (entries: readonly AccessEntry[]) => void = () => undefined;
    const { world } = await kickedByBob({ entries: () => new Promise((resolve) => (answer = resolve)) });
    await world.receive(`<presence from='${ALICE}' to='silc@gw.test/alice' type='unavailable'/>`);
    await world.join(ALICE, 'silc', 'alice');
    answer([{ kind: 'mask', mask: 'alice' }]);
    expect(await world.settle()).toEqual([]);
  });
});
