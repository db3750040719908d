import { UserMode } from '../../../src/silc/modes.js';
import { presenceOf, subscribe } from '../support/contacts.js';
import { scenario } from '../support/scenario.js';

// Whoever does not want to be watched on SILC is not, not even by a channel that both are on.
scenario('a contact who does not want to be watched is offline', async (world) => {
  const address = world.silcUser('bob');
  const bob = await world.native('bob');
  await bob.session.setUserMode({ set: UserMode.rejectWatching });
  await bob.session.join('lounge');
  const alice = await world.user();
  await subscribe(alice, address);
  await alice.join(world.room('lounge'), 'alice');
  await alice.expectNothing(
    world.gw,
    (stanza) => stanza.attrs.from === `${address}/silc` && stanza.attrs.type === undefined,
  );
  await bob.session.setUserMode({ clear: UserMode.rejectWatching });
  await presenceOf(alice, address);
});
