import { expect } from 'vitest';
import { carryOut, inWords } from '../support/commands.js';
import { scenario } from '../support/scenario.js';

const NS = 'urn:silc-xmpp-gateway:message:0';

// The setting `private-keys`: a key of the two for private messages, from the next connection on.
scenario('private messages are encrypted with a negotiated key by setting', async (world) => {
  const bob = await world.native('bob');
  const alice = await world.user();
  const bobs = world.silcUser('bob');
  await alice.tell(bobs, 'in the open');
  expect((await bob.log.find('private-message')).protection).toBe('session');

  expect(await inWords(alice, world.gw, 'settings private-keys yes')).toContain('yes');
  await carryOut(alice, world.gw, 'disconnect', [{ sure: '1' }]);
  await expect.poll(async () => (await bob.session.whois('alice')).length).toBe(0);
  await carryOut(alice, world.gw, 'connect');
  await alice.tell(bobs, 'for you only');
  const got = await bob.log.find('private-message', ({ message }) => message.text === 'for you only');
  expect(got.protection).toBe('negotiated-key');
  await bob.session.tell(got.sender.clientId, 'thank you');
  const answer = await alice.expect({ from: bobs, body: 'thank you' });
  expect(answer.getChild('silc', NS)?.attrs.protection).toBe('negotiated-key');
  expect(await inWords(alice, world.gw, 'keys')).toContain('With bob: an agreed key');
});
