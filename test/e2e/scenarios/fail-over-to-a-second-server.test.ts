import { expect } from 'vitest';
import { everybodyIn, everybodySpeaks, expectEachOnce } from '../support/everybody.js';
import { isGap } from '../support/gap.js';
import { scenario } from '../support/scenario.js';

// Contract 2: the other servers of the network are tried; nothing that is said on the way is lost.
scenario(
  'when one of two servers goes for good, its users meet again on the other and have missed nothing of each other',
  async (world) => {
    const room = world.room('lounge');
    const bob = await world.other.client('bob');
    await bob.join('lounge');
    const carol = await world.native('carol');
    await carol.session.join('lounge');
    const users = await everybodyIn(world, room, 3);

    await world.silc.stopServer();
    const lines = await everybodySpeaks(users, room, 'on the way');
    for (const user of users)
      await user.expect({ name: 'presence', from: `${room}/bob`, type: null }, undefined, 40_000);
    const more = await everybodySpeaks(users, room, 'and there');
    await expectEachOnce(world, users, room, [...lines, ...more]);
    for (const user of users) expect(user.received.filter(isGap)).toHaveLength(1);
  },
  { hasSecondServer: true, timeoutMs: 120_000 },
);
