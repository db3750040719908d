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
  await phone.expectNothing(world.gw);
  await desk.expectNothing(world.gw);

  await bob.session.ping();
  expect(bob.log.events).toEqual([]);

  // By another nickname it is a change of that (mcabber and jabber.el do it so), for all of the user's clients.
  await phone.sendJoin(room, 'alison');
  for (const client of [phone, desk]) {
    await client.expectSequence([
      { name: 'presence', from: `${room}/alice`, type: 'unavailable', status: [110, 303] },
      { name: 'presence', from: `${room}/alison`, type: null, status: [110] },
    ]);
    await client.expectNothing(world.gw);
  }
  await bob.log.find('nick-changed', ({ user }) => user.nickname === 'alison');
});
