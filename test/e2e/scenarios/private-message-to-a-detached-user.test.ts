import { expect } from 'vitest';
import { refusalOf } from '../support/rooms.js';
import { scenario } from '../support/scenario.js';

// Contract 0: SILC drops what is sent to a detached user without a word, so the gateway says it.
scenario('who writes to a SILC user who has detached is told that it was not delivered', async (world) => {
  const bob = await world.native('bob');
  const alice = await world.user();
  await alice.tell(world.silcUser('bob'), 'are you there?');
  await bob.log.find('private-message', ({ message }) => message.text === 'are you there?');

  const resume = await bob.session.detach();
  const carol = await world.user();
  const id = await carol.tell(world.silcUser('bob'), 'and for me?');
  const error = await carol.expect({ name: 'message', type: 'error', from: world.silcUser('bob') });
  expect(error.attrs.id).toBe(id);
  const { type, condition, text } = refusalOf(error);
  expect([type, condition]).toEqual(['wait', 'recipient-unavailable']);
  expect(text).toContain('detached');

  // Back again, the next one arrives and nobody is told anything else.
  const back = await world.native('bob', { resume });
  await carol.tell(world.silcUser('bob'), 'once more');
  await back.log.find('private-message', ({ message }) => message.text === 'once more');
  expect(back.log.texts).toEqual(['once more']);
  for (const user of [alice, carol]) await user.expectNothing(world.gw);
});
