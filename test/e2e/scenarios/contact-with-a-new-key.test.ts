import { expect } from 'vitest';
import { nodeBackend } from '../../../src/silc/crypto/backend-node.js';
import { fingerprint } from '../../../src/silc/crypto/fingerprint.js';
import { keyPairNamed } from '../../support/silc-world.js';
import { inWords } from '../support/commands.js';
import { correspondents, presenceOf } from '../support/contacts.js';
import { scenario } from '../support/scenario.js';

const keyOf = (name: string): string => fingerprint(nodeBackend, keyPairNamed(name).publicKey);

// Contract 4: another key is another person, until the user has accepted it: then it is the contact.
scenario('a contact who has a new key is shown again once the user accepts it', async (world) => {
  const { alice, bob, address, sender } = await correspondents(world);
  await bob.session.quit();
  await presenceOf(alice, address, 'unavailable');

  const again = await world.native('bob', { keyPair: keyPairNamed('bob with a new key') });
  await again.session.tell(sender.clientId, 'I lost my key');
  await alice.expect({ name: 'message', from: address, body: 'I lost my key' });
  await alice.expectNothing(
    world.gw,
    (stanza) => stanza.attrs.from === `${address}/silc` && stanza.attrs.type === undefined,
  );
  expect(await inWords(alice, world.gw, `trust ${address} ${keyOf('bob with a new key')}`)).toContain(
    'the new key now',
  );
  await presenceOf(alice, address);
  await again.session.quit();
  await presenceOf(alice, address, 'unavailable');
});
