import { expect } from 'vitest';
import { correspondents, presenceOf } from '../support/contacts.js';
import { scenario } from '../support/scenario.js';

// Contract 2: a restart is seen by nobody on SILC, and contacts are shown as they are afterwards.
scenario('contacts are watched again after a restart, and nobody on SILC sees it', async (world) => {
  const { alice, bob, address, sender } = await correspondents(world);
  await bob.session.watch({ nickname: sender.nickname ?? '' });
  await bob.log.find('watched-online');

  await world.stopGateway('suspend');
  bob.log.clear();
  await world.startGateway();
  await bob.log.find('watched-changed', ({ person }) => person.nickname === sender.nickname);
  expect(bob.log.of('watched-offline')).toEqual([]);
  alice.takeAll();
  await bob.session.setUserMode({ set: 4 });
  const shown = await presenceOf(alice, address);
  expect(['xa', null]).toContain(shown.getChildText('show'));
  await bob.session.quit();
  await presenceOf(alice, address, 'unavailable');
});
