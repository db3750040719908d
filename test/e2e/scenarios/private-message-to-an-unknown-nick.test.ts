import { expect } from 'vitest';
import { parseStanzaError } from '../../../src/component/stanza-error.js';
import { scenario } from '../support/scenario.js';

scenario('a private message to somebody who is not on SILC comes back, until somebody is', async (world) => {
  const alice = await world.user();
  const id = await alice.tell(world.silcUser('bob'), 'hello?');
  const refusal = await alice.expect({ name: 'message', type: 'error', id });
  expect(refusal.attrs).toMatchObject({ from: world.silcUser('bob'), to: alice.full });
  expect(parseStanzaError(refusal)).toMatchObject({ type: 'cancel', condition: 'item-not-found' });

  const bob = await world.native('bob');
  await alice.tell(world.silcUser('bob'), 'hello!');
  await bob.log.find('private-message', ({ message }) => message.text === 'hello!');

  // Gone without a word to us: the SILC server tells when it cannot deliver.
  await bob.session.quit();
  const late = await alice.tell(world.silcUser('bob'), 'still there?');
  const undelivered = await alice.expect({ name: 'message', type: 'error', id: late });
  expect(parseStanzaError(undelivered)).toMatchObject({ type: 'cancel', condition: 'item-not-found' });
  await alice.expectNothing(world.gw);
  expect(bob.log.texts).toEqual(['hello!']);
});
