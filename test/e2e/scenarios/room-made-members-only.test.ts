import { expect } from 'vitest';
import { configure, refusedJoin, setAffiliation } from '../support/rooms.js';
import { loungeOfAlice } from '../support/openings.js';
import { scenario } from '../support/scenario.js';

// XEP-0045, 10.2: the room is for members from now on, and whoever is none is put out with status 322.
scenario('a room that is made members-only is left by those who are no members', async (world) => {
  const { room, alice, bob, carol } = await loungeOfAlice(world);
  const [dave, friend] = [await world.user(), await world.native('friend')];
  await dave.join(room, 'dave');
  await friend.session.join('lounge');
  await alice.expect({ from: `${room}/friend` });
  await setAffiliation(alice, room, { jid: dave.bare }, 'member');
  await setAffiliation(alice, room, { nick: 'friend' }, 'member');

  await configure(alice, room, { 'muc#roomconfig_membersonly': '1' });
  await carol.expect({ name: 'presence', type: 'unavailable', from: `${room}/carol`, status: [322, 110] });
  await alice.expect({ name: 'presence', type: 'unavailable', from: `${room}/carol`, status: [322] });
  await alice.expect({ name: 'presence', type: 'unavailable', from: `${room}/bob`, status: [322] });
  await alice.expect({ from: room, type: 'groupchat', status: [104] });
  expect(await bob.log.find('member-left', (event) => event.self)).toMatchObject({
    cause: { kind: 'kicked' },
  });
  expect(await refusedJoin(carol, room, 'carol')).toMatchObject({ condition: 'registration-required' });
  await bob.session.ping();
  await expect(bob.session.join('lounge')).rejects.toMatchObject({ code: 'command' });

  // Members are still there, and come back when they have left; nobody else was touched.
  await friend.session.ping();
  expect([...(friend.session.channelByName('lounge')?.members.values() ?? [])]).toHaveLength(3);
  await dave.leave(room, 'dave');
  await dave.join(room, 'dave');
});
