import { expect } from 'vitest';
import { presenceOf, subscribe } from '../support/contacts.js';
import { scenario } from '../support/scenario.js';

// Contract 4: presence of a contact follows sign-on, sign-off and a new sign-on with the same key.
scenario('a contact comes, goes and comes again', async (world) => {
  const address = world.silcUser('bob');
  const alice = await world.user();
  await subscribe(alice, address);

  const bob = await world.native('bob');
  const there = await presenceOf(alice, address);
  expect(there.attrs.from).toBe(`${address}/silc`);
  expect(there.getChildText('nick', 'http://jabber.org/protocol/nick')).toBe('bob');
  await bob.session.quit();
  await presenceOf(alice, address, 'unavailable');
  await world.native('bob');
  await presenceOf(alice, address);
});
