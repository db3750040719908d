import { UserMode } from '../../../src/silc/modes.js';
import { availabilityOf, presenceOf, subscribe } from '../support/contacts.js';
import { scenario } from '../support/scenario.js';

// Contract 4: the modes of a SILC user are shown as presence.
scenario('the modes of a contact are shown as availability', async (world) => {
  const address = world.silcUser('bob');
  const bob = await world.native('bob');
  const alice = await world.user();
  await subscribe(alice, address);
  await presenceOf(alice, address);

  const all = UserMode.gone | UserMode.indisposed | UserMode.busy | UserMode.page | UserMode.hyper;
  for (const [set, show, status] of [
    [UserMode.gone, 'xa', null],
    [UserMode.indisposed, 'away', null],
    [UserMode.busy, 'dnd', null],
    [UserMode.page, 'away', 'Page me'],
    [UserMode.hyper | UserMode.blockPrivateMessages, 'chat', 'Takes no private messages'],
    [0, null, null],
  ] as const) {
    await bob.session.setUserMode({ set, clear: (all | UserMode.blockPrivateMessages) & ~set });
    await availabilityOf(alice, address, show, status);
  }
});
