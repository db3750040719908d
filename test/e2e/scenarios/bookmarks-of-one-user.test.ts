import { expect } from 'vitest';
import { xml } from '../../../src/component/stanza.js';
import { statusCodes } from '../../support/xmpp/matcher.js';
import { scenario } from '../support/scenario.js';

const ROOMS = 45;

// Contract 2: all bookmarked rooms get in, also where the server delays each command by up to two seconds.
scenario(
  'a user who joins forty-five rooms at once is let into all of them',
  async (world) => {
    const bob = await world.native('bob');
    await bob.session.join('given-up');
    const alice = await world.user();
    const rooms = Array.from({ length: ROOMS }, (_, index) => world.room(`room${index}`));
    for (const room of rooms) await alice.sendJoin(room, 'alice');
    // One that its client gives up meanwhile.
    const givenUp = world.room('given-up');
    await alice.sendJoin(givenUp, 'alice');
    await alice.send(xml('presence', { to: `${givenUp}/alice`, type: 'unavailable' }));

    for (const room of rooms) {
      const self = await alice.expect(
        { name: 'presence', from: `${room}/alice` },
        `the answer of ${room}`,
        40_000,
      );
      expect(self.attrs.type).toBeUndefined();
      expect(statusCodes(self)).toContain(110);
    }
    await alice.expect({ from: `${givenUp}/alice`, type: 'unavailable' });
    await alice.barrier(world.gw);
    expect(alice.received.filter(({ attrs }) => attrs.type === 'error')).toEqual([]);
    expect(alice.received.filter(({ attrs }) => attrs.from === `${givenUp}/alice`)).toHaveLength(1);

    // Nobody has stayed where nobody wanted to be any more.
    const channels = async (): Promise<readonly string[]> =>
      (await bob.session.whois('alice')).flatMap((user) => user.channels.map(({ name }) => name)).sort();
    const wanted = Array.from({ length: ROOMS }, (_, index) => `room${index}`).sort();
    await expect.poll(channels, { timeout: 20_000 }).toEqual(wanted);
  },
  { silc: { throttle: true }, timeoutMs: 120_000 },
);
