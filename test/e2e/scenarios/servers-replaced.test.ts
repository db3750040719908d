import { expect } from 'vitest';
import { everybodyIn, everybodySpeaks, expectEachOnce, expectHeardOnce } from '../support/everybody.js';
import { isGap } from '../support/gap.js';
import { reload } from '../support/reload.js';
import { scenario } from '../support/scenario.js';

const ROOT = 'root-who-replaces-a-server';

// Contract 6 and 2: other servers hold without a restart; who has to move stays shown, and misses nothing of the others who do.
scenario(
  'users whose server is replaced by another one meet again there, and have not left their room',
  async (world) => {
    const root = await world.user({ name: ROOT });
    const room = world.room('lounge');
    const carol = await world.native('carol');
    await carol.session.join('lounge');
    const users = await everybodyIn(world, room, 4);
    const before = await everybodySpeaks(users, room, 'as before');
    await expectEachOnce(world, users, room, before);

    // The old one goes on: it is only not to be used. Both read what stands in the file at the end.
    const { host, port } = world.other;
    world.writeConfiguration({ networks: { test: { default: true, servers: [{ host, port }] } } });
    const [answer] = await Promise.all([reload(root, world), reload(root, world)]);
    expect(answer).not.toContain('restart');
    const lines = await everybodySpeaks(users, room, 'on the way');
    for (const nickname of ['user0', 'user1', 'user2', 'user3']) {
      await carol.log.find('member-left', ({ user }) => user.nickname === nickname);
    }
    const bob = { session: await world.other.client('bob') };
    await bob.session.join('lounge');
    for (const user of users) {
      await user.expect({ name: 'presence', from: `${room}/bob`, type: null }, undefined, 40_000);
    }
    const more = await everybodySpeaks(users, room, 'and there');
    await expectEachOnce(world, users, room, [...lines, ...more], before);
    await expectHeardOnce(world, carol, before);
    for (const user of users) {
      expect(user.received.filter(isGap)).toHaveLength(1);
      const gone = user.received.filter(({ attrs }) => attrs.type === 'unavailable');
      // Carol is on the other network, which shows sooner or later.
      expect(gone.filter(({ attrs }) => attrs.from !== `${room}/carol`)).toEqual([]);
    }
  },
  { hasSecondServer: true, config: { access: { admins: [`${ROOT}@localhost`] } }, timeoutMs: 120_000 },
);
