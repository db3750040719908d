import { expect } from 'vitest';
import { xml } from '../../../src/component/stanza.js';
import { scenarioWithOwnServer } from '../support/scenario.js';

// When the Jabber server falls, the farewells of its clients are lost: the gateway asks who is still there, and keeps the place of
// those who are not for a while (timeouts.rejoin_ms).
scenarioWithOwnServer(
  'after a crash of the Jabber server who comes back has never left on SILC, and who does not leaves',
  async (world, server) => {
    const room = world.room('lounge');
    const bob = await world.native('bob');
    const { channel } = await bob.session.join('lounge');
    const alice = await world.user();
    const carol = await world.user();
    await alice.join(room, 'alice');
    await carol.join(room, 'carol');
    await bob.log.find('member-joined', ({ member }) => member.user.nickname === 'carol');

    await server.crash();
    await bob.session.say(channel.id, 'into the dark');
    await server.startAgain();

    const again = await world.user({ name: alice.name });
    // The gateway comes back in its own time; until then its domain is unreachable.
    const isThere = () =>
      again.request(world.gw, 'get', xml('ping', { xmlns: 'urn:xmpp:ping' })).then(
        () => true,
        () => false,
      );
    await expect.poll(isThere, { timeout: 30_000 }).toBe(true);
    const { occupants } = await again.join(room, 'alice');
    expect(occupants.map(({ attrs }) => attrs.from)).toContain(`${room}/bob`);
    await bob.session.say(channel.id, 'welcome back');
    await again.expect({ from: `${room}/bob`, body: 'welcome back' });
    await again.say(room, 'thanks');
    await bob.log.find('channel-message', ({ message }) => message.text === 'thanks');

    // Carol stays away.
    const { user } = await bob.log.find('member-left', undefined, 40_000);
    expect(user.nickname).toBe('carol');
    await again.expect({ name: 'presence', from: `${room}/carol`, type: 'unavailable' });
    await again.say(room, 'still here');
    await bob.log.find('channel-message', ({ message }) => message.text === 'still here');
    expect(bob.log.of('member-left')).toHaveLength(1);
    expect(bob.log.of('member-joined').filter(({ member }) => member.user.nickname === 'alice')).toHaveLength(
      1,
    );
  },
  { config: { timeouts: { rejoin_ms: 6000 } } },
);
