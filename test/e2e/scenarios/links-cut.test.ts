import { expect } from 'vitest';
import { GAP_TEXT, isGap } from '../support/gap.js';
import { scenario } from '../support/scenario.js';

const words = (...texts: string[]): readonly string[] => texts;

// Contract 2: what any session on the gateway received, its users have received; what none did is shown as a gap.
scenario(
  "while one user's SILC link is cut, a neighbour's serves both",
  async (world) => {
    const room = world.room('lounge');
    const bob = await world.native('bob');
    const { channel } = await bob.session.join('lounge');
    const alice = await world.user();
    await alice.join(room, 'alice');
    const carol = await world.user();
    await carol.join(room, 'carol');
    await alice.expect({ name: 'presence', from: `${room}/carol` });

    // The server goes on to show Alice's client; she is on her way back behind the proxy.
    world.proxy.hold();
    world.proxy.cut(0);
    await bob.session.say(channel.id, 'who hears me?');
    for (const user of [alice, carol]) await user.expect({ from: `${room}/bob`, body: 'who hears me?' });
    await alice.say(room, 'I do');
    for (const user of [alice, carol]) await user.expect({ from: `${room}/alice`, body: 'I do' });
    await carol.say(room, 'and I');
    for (const user of [alice, carol]) await user.expect({ from: `${room}/carol`, body: 'and I' });
    world.proxy.release();
    await bob.log.find('channel-message', ({ message }) => message.text === 'I do', 40_000);
    await bob.session.say(channel.id, 'all here');
    for (const user of [alice, carol]) await user.expect({ from: `${room}/bob`, body: 'all here' });
    // And now the server finds out that the first client is gone.
    const left = bob.log.find('member-left', ({ user }) => user.nickname === 'alice');
    world.proxy.bury(0);
    await left;

    const all = words('who hears me?', 'I do', 'and I', 'all here');
    for (const user of [alice, carol]) {
      await user.expectNothing(world.gw);
      const bodies = user.received.flatMap((stanza) => stanza.getChildText('body') ?? []);
      expect(bodies).toEqual(all);
    }
    expect([...bob.log.texts].sort()).toEqual(['I do', 'and I']);
    expect(
      bob.log
        .of('channel-message')
        .map(({ sender }) => sender.nickname)
        .sort(),
    ).toEqual(['alice', 'carol']);
  },
  { isProxied: true, timeoutMs: 90_000 },
);

scenario(
  'when all SILC links are cut, what may be missing is told once, with its times',
  async (world) => {
    const room = world.room('lounge');
    const bob = await world.native('bob');
    const { channel } = await bob.session.join('lounge');
    const alice = await world.user();
    await alice.join(room, 'alice');
    const carol = await world.user();
    await carol.join(room, 'carol');
    await alice.expect({ name: 'presence', from: `${room}/carol` });

    world.proxy.hold();
    world.proxy.cut(0);
    world.proxy.cut(1);
    await alice.say(room, 'is it dark?');
    for (const user of [alice, carol]) await user.expect({ from: `${room}/alice`, body: 'is it dark?' });
    await bob.session.say(channel.id, 'who hears me?');
    await bob.session.ping();
    world.proxy.release();
    for (const user of [alice, carol]) {
      const gap = await user.expect(isGap, 'the gap line', 40_000);
      expect(gap.attrs.from).toBe(room);
      expect(gap.getChildText('body')).toMatch(GAP_TEXT);
    }
    const members = (): number => channel.members.size;
    await expect.poll(members, { timeout: 30_000 }).toBe(5);
    await bob.session.say(channel.id, 'all here');
    for (const user of [alice, carol]) await user.expect({ from: `${room}/bob`, body: 'all here' });
    for (const index of [0, 1]) world.proxy.bury(index);
    await expect.poll(members, { timeout: 30_000 }).toBe(3);
    for (const user of [alice, carol]) await user.expectNothing(world.gw);
    expect(bob.log.texts).toEqual(['is it dark?']);
  },
  { isProxied: true, timeoutMs: 90_000 },
);
