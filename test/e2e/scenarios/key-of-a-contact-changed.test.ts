import { expect } from 'vitest';
import { nodeBackend } from '../../../src/silc/crypto/backend-node.js';
import { babbleprint, fingerprint, fingerprintBytes } from '../../../src/silc/crypto/fingerprint.js';
import { keyPairNamed } from '../../support/silc-world.js';
import { carryOut, inWords } from '../support/commands.js';
import { scenario } from '../support/scenario.js';

const NS = 'urn:silc-xmpp-gateway:message:0';
const keyOf = (name: string): string => fingerprint(nodeBackend, keyPairNamed(name).publicKey);

// Contract 4: the first key of a contact is remembered; nothing goes to another one before the user has accepted it.
scenario('a secret does not reach who has taken the nickname of a contact', async (world) => {
  const alice = await world.user();
  const address = world.silcUser('bob');
  const bob = await world.native('bob', { keyPair: keyPairNamed('bob') });
  await alice.tell(address, 'hello bob');
  const first = await bob.log.find('private-message');
  await bob.session.quit();

  // Nobody gets what was meant for who has left.
  const lost = await alice.tell(address, 'are you there?');
  await alice.expect({ name: 'message', type: 'error', id: lost });
  const mallory = await world.native('bob', { keyPair: keyPairNamed('mallory') });
  const secrets = [await alice.tell(address, 'secret one'), await alice.tell(address, 'secret two')];
  const warning = await alice.expect({ name: 'message', from: address, type: 'chat' });
  expect(warning.getChild('silc', NS)?.attrs).toMatchObject({
    ...{ kind: 'key-changed', known: keyOf('bob'), fingerprint: keyOf('mallory') },
  });
  for (const id of secrets) {
    const refusal = await alice.expect({ name: 'message', type: 'error', id });
    expect(refusal.getChild('error')?.getChild('policy-violation')).toBeDefined();
    expect(refusal.getChild('error')?.getChildText('text')).toContain(`trust ${address}`);
  }
  expect(mallory.log.of('private-message')).toEqual([]);

  // What the other one writes is shown; that it is another one was told before.
  await mallory.session.tell(first.sender.clientId, 'it is me', { sign: true });
  const said = await alice.expect({ name: 'message', from: address, body: 'it is me' });
  expect(said.getChild('silc', NS)?.attrs.signature).toBe('other-key');
  expect(mallory.log.of('private-message')).toEqual([]);

  // Accepted is the key that was told, and no other.
  expect(await inWords(alice, world.gw, `trust ${address} ${keyOf('carol')}`)).toContain(
    'none of the values',
  );
  expect(await inWords(alice, world.gw, `trust ${address} ${keyOf('mallory')}`)).toContain('the new key now');
  await alice.tell(address, 'so be it');
  const got = await mallory.log.find('private-message');
  expect(got.message.text).toBe('so be it');

  // Who has had the name before is the other one now: told before the first message.
  await mallory.session.quit();
  const again = await world.native('bob', { keyPair: keyPairNamed('bob') });
  await again.session.tell(first.sender.clientId, 'here I am again');
  const second = await alice.expect({ name: 'message', from: address, type: 'chat' });
  expect(second.getChild('silc', NS)?.attrs).toMatchObject({
    kind: 'key-changed',
    fingerprint: keyOf('bob'),
  });
  await alice.expect({ from: address, body: 'here I am again' });
  const print = babbleprint(fingerprintBytes(nodeBackend, keyPairNamed('bob').publicKey));
  expect(await carryOut(alice, world.gw, 'verify', [{ contact: address, key: print }])).toContain(
    'is verified',
  );
  await alice.tell(address, 'welcome back');
  await again.log.find('private-message', ({ message }) => message.text === 'welcome back');
  await alice.expectNothing(world.gw);
});
