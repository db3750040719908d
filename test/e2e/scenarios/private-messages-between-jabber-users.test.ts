import { expect } from 'vitest';
import { scenario } from '../support/scenario.js';

// Contract 1: the Jabber address of another user of the gateway is never shown.
scenario('two Jabber users write to each other through SILC, by their SILC addresses', async (world) => {
  const alice = await world.user();
  const carol = await world.user();
  await alice.join(world.room('one'), 'alice');
  await carol.join(world.room('two'), 'carol');

  await alice.tell(world.silcUser('carol'), 'hello carol');
  await carol.expect({
    type: 'chat',
    from: world.silcUser('alice'),
    to: world.shownAs(carol),
    body: 'hello carol',
  });
  await carol.tell(world.silcUser('alice'), 'hello alice');
  await alice.expect({
    type: 'chat',
    from: world.silcUser('carol'),
    to: world.shownAs(alice),
    body: 'hello alice',
  });
  // Oneself, too, like on any network.
  const id = await alice.tell(world.silcUser('alice'), 'note to myself');
  await alice.expect(
    (stanza) =>
      stanza.name === 'message' &&
      (stanza.attrs.id === id || stanza.getChildText('body') === 'note to myself'),
  );

  await alice.expectNothing(world.gw);
  await carol.expectNothing(world.gw);
  for (const stanza of carol.received) expect(stanza.toString()).not.toContain(alice.name);
  for (const stanza of alice.received) expect(stanza.toString()).not.toContain(carol.name);
});
