import { acquaintances, presenceOf } from '../support/contacts.js';
import { scenario } from '../support/scenario.js';

// Contract 4: who has detached gets no messages, so is not there; and is again with the same session.
scenario('a contact who detaches is away until it resumes', async (world) => {
  const { alice, bob, address } = await acquaintances(world);
  const resume = await bob.session.detach();
  await presenceOf(alice, address, 'unavailable');
  await world.native('bob', { resume });
  await presenceOf(alice, address);
});
