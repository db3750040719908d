import { expect } from 'vitest';
import { ChannelMode } from '../../../src/silc/modes.js';
import { refusalOf, sendSubject } from '../support/rooms.js';
import { scenario } from '../support/scenario.js';

scenario('a topic is refused where only operators may set it, and where it is too long', async (world) => {
  const room = world.room('lounge');
  const bob = await world.native('bob');
  const { channel } = await bob.session.join('lounge');
  await bob.session.setTopic(channel.id, 'As it was');
  await bob.session.setChannelMode(channel.id, { set: ChannelMode.topic });
  const alice = await world.user();
  await alice.join(room, 'alice');
  await bob.log.find('topic-changed');
  bob.log.clear();

  const id = await sendSubject(alice, room, 'Mine now');
  const [refused] = await alice.expectSequence([
    { name: 'message', type: 'error', from: room, to: alice.full, id },
  ]);
  expect(refused === undefined ? undefined : refusalOf(refused)).toMatchObject({
    type: 'auth',
    condition: 'forbidden',
  });

  await bob.session.setChannelMode(channel.id, { clear: ChannelMode.topic });
  await alice.expectSequence([{ name: 'message', from: room, status: [104] }]);
  const longId = await sendSubject(alice, room, 'x'.repeat(300));
  await alice.expectSequence([
    { name: 'message', type: 'error', from: room, id: longId, error: 'not-acceptable' },
  ]);
  // Who is not in the room sets nothing.
  const stranger = await world.user();
  const strangeId = await sendSubject(stranger, room, 'From outside');
  await stranger.expectSequence([
    { name: 'message', type: 'error', from: room, id: strangeId, error: 'not-acceptable' },
  ]);
  await alice.expectNothing(world.gw);
  expect(bob.log.of('topic-changed')).toEqual([]);
  expect(channel.topic).toBe('As it was');
});
