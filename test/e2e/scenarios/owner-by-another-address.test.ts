import { configure, setAffiliation } from '../support/rooms.js';
import { scenario } from '../support/scenario.js';

// A form shows owners by the addresses that are known then: sent back a moment later it must not put out the one who sends it.
scenario('an owner whom a form names by another address than the list has stays owner', async (world) => {
  const room = world.room('lounge');
  const alice = await world.user();
  await alice.join(room, 'alice');
  for (const owner of [world.silcUser('alice'), alice.bare, world.silcUser('alice')]) {
    await configure(alice, room, { 'muc#roomconfig_roomowners': owner });
    // Only an owner may do this.
    await setAffiliation(alice, room, { jid: 'carol@localhost' }, 'admin');
  }
});
