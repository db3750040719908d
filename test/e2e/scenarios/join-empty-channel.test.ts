import { scenario } from '../support/scenario.js';
import { occupantPresence } from '../support/rooms.js';

// XEP-0045, 10.1.1: the client must learn that it is in a new room; 201 is for the one join that made the channel.
scenario('the join that makes a channel gets 201, the next one does not', async (world) => {
  const room = world.room('attic');
  const alice = await world.user();
  await alice.sendJoin(room, 'alice');
  await alice.expectSequence([
    occupantPresence({
      from: `${room}/alice`,
      to: alice.full,
      affiliation: 'owner',
      role: 'moderator',
      jid: world.silcUser('alice'),
      codes: [110, 201],
    }),
    { name: 'message', from: room, type: 'groupchat', subject: '' },
  ]);
  await alice.expectNothing(world.gw);

  const carol = await world.user();
  await carol.sendJoin(room, 'carol');
  await carol.expectSequence([
    occupantPresence({
      from: `${room}/alice`,
      to: carol.full,
      affiliation: 'owner',
      role: 'moderator',
      jid: world.silcUser('alice'),
    }),
    occupantPresence({
      from: `${room}/carol`,
      to: carol.full,
      affiliation: 'none',
      role: 'participant',
      jid: world.silcUser('carol'),
      codes: [110],
    }),
    { name: 'message', from: room, type: 'groupchat', subject: '' },
  ]);
  await alice.expectSequence([
    occupantPresence({
      from: `${room}/carol`,
      to: alice.full,
      affiliation: 'none',
      role: 'participant',
      jid: world.silcUser('carol'),
    }),
  ]);
  await alice.expectNothing(world.gw);
  await carol.expectNothing(world.gw);
});
