import { UserMode } from '../../../src/silc/modes.js';
import { acquaintances, availabilityOf } from '../support/contacts.js';
import { scenario } from '../support/scenario.js';

// Contract 4: the modes of a SILC user are shown as presence.
scenario('the modes of a contact are shown as availability', async (world) => {
  const { alice, bob, address } = await acquaintances(world);

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
