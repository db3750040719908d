import { expect } from 'vitest';
import { xml } from '../../../src/component/stanza.js';
import { correspondents, presenceOf } from '../support/contacts.js';
import { scenario } from '../support/scenario.js';

// Contract 4: a contact is known by key, whatever user name, real name and server it has this time.
scenario('a contact who comes back under another name and from another host is the same', async (world) => {
  const { alice, bob, address, sender } = await correspondents(world);
  await bob.session.quit();
  await presenceOf(alice, address, 'unavailable');

  const again = await world.native('bob', { username: 'robert', realName: 'Robert at work' });
  await presenceOf(alice, address);
  await again.session.tell(sender.clientId, 'I am at work now');
  await alice.expect({ name: 'message', from: address, body: 'I am at work now' });
  const card = await alice.request(address, 'get', xml('vCard', { xmlns: 'vcard-temp' }));
  expect(card.getChild('vCard')?.getChildText('FN')).toBe('Robert at work');
  await alice.tell(address, 'welcome');
  expect((await again.log.find('private-message')).message.text).toBe('welcome');
  // Nobody is warned of what is no other key.
  await alice.expectNothing(world.gw, { name: 'message' });
});
