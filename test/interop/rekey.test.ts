import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { SilcSession } from '../../src/silc/client/types.js';
import type { ChannelId } from '../../src/silc/ids.js';
import { nextEvent } from '../support/silc-world.js';
import { embeddedTarget, openTarget, type Target } from './support/target.js';

/** Larger than any packet that is sent besides. */
const large = 'rekey '.repeat(8_000);

// Servers let each client wait for itself: what takes long is done at the same time.
describe.concurrent('a rekey that the client starts', () => {
  let target: Target;
  beforeAll(async () => {
    target = await openTarget();
  });
  afterAll(() => target.close());

  describe.each([
    ['CBC', 'aes-256-cbc'],
    ['CTR', 'aes-256-ctr'],
    ['CBC with a short key', 'aes-128-cbc'],
    ['CTR with a short key', 'aes-128-ctr'],
  ])('in %s', (_mode, cipher) => {
    it.each([
      ['without', false],
      ['with', true],
    ])('%s PFS, three times, keeps both directions going', async (_with, pfs) => {
      const options = { proposal: { ciphers: [cipher] }, rekey: { pfs } };
      const [alice, bob] = [await target.client('rekeying', options), await target.client('peer')];
      const channel = await meet(target, alice, bob);
      await talkBothWays(alice, bob, channel);
      for (let round = 0; round < 3; round++) {
        const rekeyed = nextEvent(alice, 'rekeyed');
        await alice.rekey();
        await rekeyed;
        await talkBothWays(alice, bob, channel);
      }
    });
  });

  it('is a new Diffie-Hellman exchange where both sides want PFS', async () => {
    const client = await target.raw('secret', { pfs: true });
    expect(client.connection.exchange.pfs).toBe(true);
    await client.connection.rekey();
    await client.sync();
    await client.connection.rekey();
    await client.sync();
    expect(client.connection.rekeyCount).toBe(2);
  });

  it('does not hold up or lose what is sent while it goes on', async () => {
    const [alice, bob] = [await target.client('busy'), await target.client('peer')];
    const channel = await meet(target, alice, bob);
    const heard: (string | undefined)[] = [];
    bob.subscribe((event) => {
      if (event.type === 'channel-message') heard.push(event.message.text);
    });
    const lines = Array.from({ length: 30 }, (_, i) => `line ${i}`);
    const last = nextEvent(bob, 'channel-message', ({ message }) => message.text === lines.at(-1));
    const rekeys: Promise<void>[] = [];
    for (const [i, line] of lines.entries()) {
      await alice.say(channel, line);
      if (i % 10 === 5) rekeys.push(alice.rekey());
    }
    await Promise.all([...rekeys, last]);
    expect(heard).toEqual(lines);
  });

  it('happens by itself when enough octets have gone', async () => {
    const alice = await target.client('talkative', { rekey: { octets: 100_000 } });
    const bob = await target.client('peer');
    const channel = await meet(target, alice, bob);
    const rekeyed = nextEvent(alice, 'rekeyed');
    const last = nextEvent(bob, 'channel-message', ({ message }) => message.text === 'last');
    for (const text of [large, large, large, 'last']) await alice.say(channel, text);
    await Promise.all([rekeyed, last]);
    await talkBothWays(alice, bob, channel);
  });
});

describe('a rekey that the server starts', () => {
  let target: Target;
  afterEach(() => target.close());

  // silcd never does, so this one is always an embedded server.
  it.each([
    ['CBC', 'aes-256-cbc', false],
    ['CTR', 'aes-256-ctr', false],
    ['CBC and PFS', 'aes-256-cbc', true],
    ['CTR and PFS', 'aes-256-ctr', true],
  ])('in %s keeps both directions going', async (_mode, cipher, pfs) => {
    target = await embeddedTarget('none', { rekey: { octets: 120_000 } });
    const alice = await target.client('rekeyed', { proposal: { ciphers: [cipher] }, rekey: { pfs } });
    const bob = await target.client('peer');
    const channel = await meet(target, alice, bob);
    for (let round = 0; round < 3; round++) {
      const rekeyed = nextEvent(alice, 'rekeyed');
      for (let i = 0; i < 4; i++) await talkBothWays(alice, bob, channel);
      await rekeyed;
    }
  });
});

/** Both join a new channel. */
async function meet(target: Target, alice: SilcSession, bob: SilcSession): Promise<ChannelId> {
  const { channel } = await alice.join(target.unique('rekey'));
  const came = nextEvent(alice, 'member-joined');
  await bob.join(channel.name);
  await came;
  return channel.id;
}

/** A short and a long line each way. */
async function talkBothWays(alice: SilcSession, bob: SilcSession, channel: ChannelId): Promise<void> {
  for (const [from, to] of [
    [alice, bob],
    [bob, alice],
  ] as const) {
    for (const text of ['short', large]) {
      const heard = nextEvent(to, 'channel-message');
      await from.say(channel, text);
      expect((await heard).message.text === text).toBe(true);
    }
  }
}
