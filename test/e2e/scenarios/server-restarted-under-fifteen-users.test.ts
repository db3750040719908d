import { expect } from 'vitest';
import { everybodyIn, everybodySpeaks, expectEachOnce, expectHeardOnce } from '../support/everybody.js';
import { GAP_TEXT, isGap } from '../support/gap.js';
import { scenario } from '../support/scenario.js';

const USERS = 15;

// Contract 2: what local users say while their links are lost reaches the other local users, and SILC when it can.
scenario(
  'fifteen users speak while the SILC server is away: each hears every line once',
  async (world) => {
    const room = world.room('lounge');
    const bob = await world.native('bob');
    await bob.session.join('lounge');
    const users = await everybodyIn(world, room, USERS);

    const lost = bob.log.find('closed');
    world.proxy.hold();
    await world.silc.stopServer();
    await lost;
    // What is handed to a link in the moment of its end is in doubt, and told: here it is known that there is none.
    for (let index = 0; index < world.proxy.count; index++) await world.proxy.left(index);
    const lines = await everybodySpeaks(users, room, 'in the dark');
    await expectEachOnce(world, users, room, lines);

    // Bob is back before the gateway is.
    await world.silc.startServer();
    const back = await world.native('bob');
    await back.session.join('lounge');
    world.proxy.release();
    for (const user of users) {
      const gap = await user.expect(isGap, 'the gap line', 40_000);
      expect(gap.getChildText('body')).toMatch(GAP_TEXT);
    }
    await expectHeardOnce(world, back, lines);

    const more = await everybodySpeaks(users, room, 'in the light');
    await expectHeardOnce(world, back, [...lines, ...more]);
    await expectEachOnce(world, users, room, more, lines);
    for (const user of users) {
      expect(user.received.filter(isGap)).toHaveLength(1);
      expect(user.received.filter(({ attrs }) => attrs.type === 'unavailable')).toEqual([]);
    }
  },
  { isProxied: true, timeoutMs: 120_000 },
);
