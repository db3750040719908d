import { expect } from 'vitest';
import { DatabaseHolder } from '../../support/database-holder.js';
import { loungeOfBob } from '../support/openings.js';
import { refusedJoin } from '../support/rooms.js';
import { scenario } from '../support/scenario.js';

// Only who has to be written down for the first time needs the database.
scenario('a locked database stops newcomers, for now, and nobody else', async (world) => {
  const { room, alice, bob, channel, carol } = await loungeOfBob(world);
  const kitchen = world.room('kitchen');
  await carol.leave(room, 'carol');
  const holder = await DatabaseHolder.hold(world.storePath);
  try {
    const dave = await world.user();
    const refused = refusedJoin(dave, room, 'dave');
    // Meanwhile everything goes on, for those without a session as well.
    await carol.join(kitchen, 'carol');
    for (let count = 0; count < 3; count++) {
      await alice.say(room, `alice ${count}`);
      await alice.expect({ from: `${room}/alice`, body: `alice ${count}` });
      await bob.session.say(channel.id, `bob ${count}`);
      await alice.expect({ from: `${room}/bob`, body: `bob ${count}` });
    }
    expect(await refused).toMatchObject({ type: 'wait', condition: 'resource-constraint' });
    await holder.release();
    await dave.join(room, 'dave');
  } finally {
    await holder.release();
  }
});
