import { keyPairNamed } from '../../support/silc-world.js';
import { acquaintances, presenceOf } from '../support/contacts.js';
import { scenario } from '../support/scenario.js';

// Contract 4: a contact is known by key; who takes the nickname is not shown as the contact.
scenario('somebody else with the nickname of a contact is not shown as the contact', async (world) => {
  const { alice, bob, address } = await acquaintances(world);
  await bob.session.quit();
  await presenceOf(alice, address, 'unavailable');

  const impostor = await world.native('bob', { keyPair: keyPairNamed('mallory') });
  await impostor.session.join('lounge');
  await alice.join(world.room('lounge'), 'alice');
  await alice.expectNothing(
    world.gw,
    (stanza) => stanza.attrs.from === `${address}/silc` && stanza.attrs.type === undefined,
  );
  await world.native('bob');
  await presenceOf(alice, address);
});
