import { expect } from 'vitest';
import { scenario } from '../support/scenario.js';

// XEP-0045, 7.2: a client that joins again has lost its picture of the room and must be shown all of it.
scenario('a join from a client that is in the room replays everything to it alone', async (world) => {
  const room = world.room('lounge');
  const bob = await world.native('bob');
  const { channel } = await bob.session.join('lounge');
  await bob.session.setTopic(channel.id, 'Twice');
  const phone = await world.user({ resource: 'phone' });
  const desk = await world.user({ name: phone.name, resource: 'desk' });
  await phone.join(room, 'alice');
  await desk.join(room, 'alice');
  await bob.log.find('member-joined');
  bob.log.clear();

  const first = await phone.join(room, 'alice');
  expect(first.occupants.map(({ attrs }) => attrs.from)).toEqual([`${room}/bob`]);
  await phone.sendJoin(room, 'somebody-else');
  await phone.expectSequence([
    { name: 'presence', from: `${room}/bob`, type: null, status: [] },
    // Another nick in a repeated join is no nick change.
    { name: 'presence', from: `${room}/alice`, type: null, status: [100, 110, 210] },
    { name: 'message', type: 'groupchat', subject: 'Twice' },
  ]);
  await phone.expectNothing(world.gw);
  await desk.expectNothing(world.gw);

  await bob.session.ping();
  expect(bob.log.events).toEqual([]);
});
