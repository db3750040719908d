import { expect } from 'vitest';
import { ChannelUserMode } from '../../../src/silc/modes.js';
import { configure } from '../support/rooms.js';
import { scenario } from '../support/scenario.js';

// Contract 2 and 3: whoever has founded a channel stays its founder, also after a broken link and a restart of the gateway.
scenario(
  'a founder stays the founder: after a broken link, a restart of the gateway, and a while elsewhere',
  async (world) => {
    const room = world.room('lounge');
    const alice = await world.user();
    await alice.join(room, 'alice');
    const bob = await world.native('bob');
    const { channel } = await bob.session.join('lounge');
    const founders = () =>
      [...channel.members.values()]
        .filter(({ mode }) => (mode & ChannelUserMode.founder) !== 0)
        .map(({ user }) => user.nickname);
    expect(founders()).toEqual(['alice']);

    const carol = await world.user();
    await carol.join(room, 'carol');
    await alice.expectSequence([{ from: `${room}/bob` }, { from: `${room}/carol` }]);
    bob.log.clear();
    // The server keeps the client of the broken link on the channel, and thinks it the founder.
    const isBack = bob.log.find('member-joined', ({ member }) => member.user.nickname === 'alice');
    world.proxy.hold();
    world.proxy.cut(0);
    world.proxy.release();
    await isBack;
    await expect.poll(founders, { timeout: 30_000 }).toEqual(['alice']);
    await alice.say(room, 'here again');
    for (const user of [alice, carol]) {
      await user.expectSequence([{ from: `${room}/alice`, body: 'here again' }]);
    }
    await configure(alice, room, { 'muc#roomconfig_moderatedroom': '1' });
    for (const user of [alice, carol]) await user.expect({ from: room, status: [104] });
    await carol.expect({ from: `${room}/carol`, type: null });
    world.proxy.bury(0);
    await expect.poll(() => channel.members.size, { timeout: 30_000 }).toBe(3);

    await carol.leave(room, 'carol');
    await world.stopGateway();
    await alice.expect({ type: 'unavailable', status: [110, 332] });
    await expect.poll(founders).toEqual([]);
    await world.startGateway();
    const { self } = await alice.join(room, 'alice');
    expect(self.toString()).toContain('affiliation="owner"');
    expect(self.toString()).not.toContain('code="201"');
    await expect.poll(founders).toEqual(['alice']);

    // A restart that keeps the session keeps the rights with it.
    await world.stopGateway('suspend');
    await world.startGateway();
    await configure(alice, room, { 'muc#roomconfig_moderatedroom': '0' });
    expect(founders()).toEqual(['alice']);

    // Nobody takes an empty channel over.
    await bob.session.leave(channel.id);
    await alice.leave(room, 'alice');
    const joined = await carol.join(room, 'carol');
    expect(joined.self.toString()).toContain('affiliation="none"');
    expect((await alice.join(room, 'alice')).self.toString()).toContain('affiliation="owner"');
  },
  { isProxied: true, timeoutMs: 90_000 },
);
