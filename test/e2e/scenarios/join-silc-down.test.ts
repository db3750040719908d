import { expect } from 'vitest';
import { refusedJoin } from '../support/rooms.js';
import { scenario } from '../support/scenario.js';

scenario('a join while the SILC server is down fails at once, and works when it is back', async (world) => {
  const room = world.room('lounge');
  await world.silc.stopServer();
  const alice = await world.user();
  expect(await refusedJoin(alice, room, 'alice')).toMatchObject({
    type: 'wait',
    condition: 'remote-server-timeout',
  });
  await alice.expectNothing(world.gw);

  await world.silc.startServer();
  await alice.join(room, 'alice');
  await alice.expectNothing(world.gw);
});
