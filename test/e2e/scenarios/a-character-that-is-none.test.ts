import { expect } from 'vitest';
import { scenario } from '../support/scenario.js';

const hostile: readonly string[] = [
  "<message type='error' to='TO'><body>&#1;</body></message>",
  "<message type='chat' to='TO'><body>&#xFFFE;</body></message>",
  "<iq type='get' id='&#8;' to='TO'><ping xmlns='urn:xmpp:ping'/></iq>",
  "<presence to='TO'><status>&#xD800;</status></presence>",
];

// Some Jabber servers pass on what is not XML, these two end the stream of the client: either way it is that client's only.
scenario('a reference to a character that XML does not have harms nobody else', async (world) => {
  const room = world.room('lounge');
  const bob = await world.native('bob');
  const { channel } = await bob.session.join('lounge');
  const alice = await world.user();
  await alice.join(room, 'alice');

  for (const to of [world.gw, room, world.silcUser('bob')]) {
    for (const stanza of hostile) {
      const mallory = await world.user();
      mallory.write(stanza.replace('TO', to));
      await Promise.race([mallory.barrier(world.gw).catch(() => undefined), mallory.ended]);
      await mallory.logout();
      await bob.session.say(channel.id, `after ${stanza}`);
      await alice.expect({ from: `${room}/bob`, body: `after ${stanza}` });
    }
  }
  await alice.expectNothing(world.gw);
  expect(bob.log.of('member-left')).toEqual([]);
});
