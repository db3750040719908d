import { expect } from 'vitest';
import { configure, listItems, refusedJoin, setAffiliation } from '../support/rooms.js';
import { scenario } from '../support/scenario.js';

// XEP-0045, 7.2.9: admins and owners are let in however full the room is.
scenario('owners and admins get into a full room, and nobody loses a right by that', async (world) => {
  const room = world.room('lift');
  const alice = await world.user();
  await alice.join(room, 'alice');
  const [carol, dora, eve] = [await world.user(), await world.user(), await world.user()];
  await setAffiliation(alice, room, { jid: carol.bare }, 'admin');
  await setAffiliation(alice, room, { jid: dora.bare }, 'owner');
  await configure(alice, room, { 'muc#roomconfig_maxusers': '1' });

  const full = { type: 'wait', condition: 'service-unavailable' };
  expect(await refusedJoin(eve, room, 'eve')).toMatchObject(full);
  const itemOf = async (user: typeof carol, nick: string): Promise<unknown> => {
    const { self } = await user.join(room, nick);
    return self.getChild('x', 'http://jabber.org/protocol/muc#user')?.getChild('item')?.attrs;
  };
  expect(await itemOf(carol, 'carol')).toMatchObject({ affiliation: 'admin', role: 'moderator' });
  expect(await itemOf(dora, 'dora')).toMatchObject({ affiliation: 'owner', role: 'moderator' });
  expect(await refusedJoin(eve, room, 'eve')).toMatchObject(full);

  const listed = async (affiliation: string): Promise<unknown> =>
    (await listItems(alice, room, { affiliation })).map(({ attrs }) => attrs['nick']);
  expect([await listed('owner'), await listed('admin')]).toEqual([['alice', 'dora'], ['carol']]);
  for (const [user, name] of [
    [alice, 'The Lift'],
    [dora, 'The Elevator'],
  ] as const) {
    await configure(user, room, { 'muc#roomconfig_roomname': name, 'muc#roomconfig_persistentroom': '1' });
  }
  await expect(configure(carol, room, { 'muc#roomconfig_roomname': 'Mine' })).rejects.toMatchObject({
    condition: 'forbidden',
  });
});
