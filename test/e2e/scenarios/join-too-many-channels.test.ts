import { expect } from 'vitest';
import { refusedJoin } from '../support/rooms.js';
import { scenario } from '../support/scenario.js';

const refusal = { type: 'wait', condition: 'resource-constraint' };

scenario(
  'a channel more than the SILC server grants is refused, the others stay',
  async (world) => {
    const alice = await world.user();
    await alice.join(world.room('one'), 'alice');
    await alice.join(world.room('two'), 'alice');
    expect(await refusedJoin(alice, world.room('three'), 'alice')).toMatchObject(refusal);

    await alice.leave(world.room('one'), 'alice');
    await alice.join(world.room('three'), 'alice');
    await alice.say(world.room('two'), 'still here');
    await alice.expect({ from: `${world.room('two')}/alice`, body: 'still here' });
    await alice.expectNothing(world.gw);
  },
  { silc: { limits: { channelsPerClient: 2 } } },
);

scenario(
  'a room more than the gateway grants is refused',
  async (world) => {
    const alice = await world.user();
    const carol = await world.user();
    await alice.join(world.room('one'), 'alice');
    expect(await refusedJoin(alice, world.room('two'), 'alice')).toMatchObject(refusal);
    // The quota is each user's own.
    await carol.join(world.room('two'), 'carol');
    // A second client is not a second room.
    const desk = await world.user({ name: alice.name, resource: 'desk' });
    await desk.join(world.room('one'), 'alice');
    await alice.expectNothing(world.gw);
  },
  { config: { limits: { rooms_per_user: 1 } } },
);
