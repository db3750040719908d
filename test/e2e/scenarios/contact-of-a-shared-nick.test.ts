import { expect } from 'vitest';
import { xml } from '../../../src/component/stanza.js';
import { keyPairNamed } from '../../support/silc-world.js';
import { presenceOf, subscribe } from '../support/contacts.js';
import { scenario } from '../support/scenario.js';

// Contract 1: what may mean several is never a guess: it is refused with the addresses that work.
scenario(
  'a nickname that two have is refused as a contact, and the addresses that work are told',
  async (world) => {
    await world.native('bob');
    const other = await world.native('bob', { keyPair: keyPairNamed('other bob') });
    const alice = await world.user();
    await alice.send(xml('presence', { to: world.silcUser('bob'), type: 'subscribe' }));
    const told = await alice.expect({ name: 'message', from: world.gw });
    const addresses = [...(told.getChildText('body') ?? '').matchAll(/xmpp:([^?]+@[^?\s,)]+)/g)];
    expect(addresses).toHaveLength(2);

    const { fingerprint = '' } =
      (await other.session.whois('bob'))
        .map(({ user }) => user)
        .find(({ clientId }) => clientId === other.session.self.clientId) ?? {};
    const address = `bob*${fingerprint.slice(0, 4)}!@${world.gw}`;
    await subscribe(alice, address);
    await presenceOf(alice, address);
    await other.session.quit();
    await presenceOf(alice, address, 'unavailable');
  },
);
