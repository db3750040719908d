import { expect } from 'vitest';
import { ChannelMode } from '../../../src/silc/modes.js';
import { refusedJoin } from '../support/rooms.js';
import { scenario } from '../support/scenario.js';

scenario('a full channel refuses a user until there is room', async (world) => {
  const room = world.room('lift');
  const bob = await world.native('bob');
  const carol = await world.native('carol');
  const { channel } = await bob.session.join('lift');
  await carol.session.join('lift');
  await bob.session.setChannelMode(channel.id, { set: ChannelMode.userLimit, userLimit: 2 });

  const alice = await world.user();
  expect(await refusedJoin(alice, room, 'alice')).toMatchObject({
    type: 'wait',
    condition: 'service-unavailable',
  });
  await carol.session.leave(channel.id);
  await bob.log.find('member-left');
  await alice.join(room, 'alice');
  await alice.expectNothing(world.gw);
});
