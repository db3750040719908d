import { expect } from 'vitest';
import { refusedJoin } from '../support/rooms.js';
import { scenario } from '../support/scenario.js';

scenario('who is banned is told so, and gets in once the ban is lifted', async (world) => {
  const room = world.room('lounge');
  const bob = await world.native('bob');
  const { channel } = await bob.session.join('lounge');
  await bob.session.ban(channel.id, 'add', 'alice');

  const alice = await world.user();
  expect(await refusedJoin(alice, room, 'alice')).toMatchObject({ type: 'auth', condition: 'forbidden' });
  await alice.expectNothing(world.gw);

  await bob.session.ban(channel.id, 'delete', 'alice');
  await alice.join(room, 'alice');
  await alice.expectNothing(world.gw);
});
