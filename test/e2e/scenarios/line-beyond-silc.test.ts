import { expect } from 'vitest';
import { parseStanzaError } from '../../../src/component/stanza-error.js';
import { scenario } from '../support/scenario.js';

// Contract 5: above the room of a SILC packet a message is refused with an error, never cut.
scenario('a line that SILC has no room for is refused as a whole', async (world) => {
  const room = world.room('lounge');
  const bob = await world.native('bob');
  await bob.session.join('lounge');
  const alice = await world.user();
  await alice.join(room, 'alice');

  // 32,001 characters, 64,002 octets.
  const tooLong = 'é'.repeat(32_001);
  for (const id of [await alice.say(room, tooLong), await alice.tell(world.silcUser('bob'), tooLong)]) {
    const refusal = await alice.expect({ name: 'message', type: 'error', id });
    const { type, condition, text } = parseStanzaError(refusal);
    expect({ type, condition }).toEqual({ type: 'modify', condition: 'not-acceptable' });
    expect(text).toMatch(/64002 octets.*64000/);
  }
  const last = 'é'.repeat(32_000);
  await alice.say(room, last);
  await alice.expect({ from: `${room}/alice`, body: last });
  await alice.expectNothing(world.gw);
  await bob.log.find('channel-message');
  expect(bob.log.texts).toEqual([last]);
});
