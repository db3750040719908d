import { expect } from 'vitest';
import { scenario } from '../support/scenario.js';

// Contract 5: what XML cannot carry is replaced, never sent: one such character would end the stream of everybody.
scenario('characters that XML cannot carry are replaced, and the gateway stays attached', async (world) => {
  const room = world.room('lounge');
  const bob = await world.native('bob');
  const { channel } = await bob.session.join('lounge');
  const alice = await world.user();
  const carol = await world.user();
  await alice.join(room, 'alice');
  await carol.join(world.room('elsewhere'), 'carol');

  await bob.session.say(channel.id, 'a\u{0}b\u{7}c\u{1b}[31md\u{fffe}e\u{ffff}f\u{7f}g\u{85}h\ti\nj');
  await alice.expect({
    from: `${room}/bob`,
    body: 'a\u{fffd}b\u{fffd}c\u{fffd}[31md\u{fffd}e\u{fffd}f\u{7f}g\u{85}h\ti\nj',
  });
  await bob.session.setTopic(channel.id, 'topic\u{1}\u{fffe}!');
  await alice.expect({ name: 'message', from: `${room}/bob`, subject: 'topic\u{fffd}\u{fffd}!' });
  await alice.tell(world.silcUser('bob'), 'hi');
  const { sender } = await bob.log.find('private-message');
  await bob.session.tell(sender.clientId, '\u{2}private\u{3}');
  await alice.expect({ type: 'chat', from: world.silcUser('bob'), body: '\u{fffd}private\u{fffd}' });

  // The same stream carries on for everybody, and nobody was thrown out meanwhile.
  await bob.session.say(channel.id, 'still here');
  await alice.expect({ from: `${room}/bob`, body: 'still here' });
  await carol.say(world.room('elsewhere'), 'here too');
  await carol.expect({ from: `${world.room('elsewhere')}/carol`, body: 'here too' });
  await carol.expectNothing(world.gw);
  await alice.expectNothing(world.gw);
  expect(bob.log.texts).toEqual(['hi']);
});
