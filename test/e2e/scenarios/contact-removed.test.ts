import { expect } from 'vitest';
import { xml } from '../../../src/component/stanza.js';
import { presenceOf, rosterItem, subscribe } from '../support/contacts.js';
import { scenario } from '../support/scenario.js';

// Contract 2 and 4: without contacts and rooms nothing keeps a session.
scenario('a contact that is removed leaves nothing behind', async (world) => {
  const address = world.silcUser('bob');
  const bob = await world.native('bob');
  const alice = await world.user();
  await bob.session.join('lounge');
  const { self } = await alice.join(world.room('lounge'), 'alice');
  expect(self.attrs.from).toBe(`${world.room('lounge')}/alice`);
  await subscribe(alice, address);
  await presenceOf(alice, address);
  await alice.leave(world.room('lounge'), 'alice');
  bob.log.clear();

  await alice.request(
    alice.bare,
    'set',
    xml('query', { xmlns: 'jabber:iq:roster' }, xml('item', { jid: address, subscription: 'remove' })),
  );
  expect(await rosterItem(alice, address)).toBeUndefined();
  await expect.poll(async () => (await bob.session.whois('alice')).length, { timeout: 20_000 }).toBe(0);
  alice.takeAll();
  await bob.session.setUserMode({ set: 4 });
  await alice.expectNothing(
    world.gw,
    (stanza) => stanza.attrs.from === `${address}/silc` && stanza.attrs.type === undefined,
  );
});
