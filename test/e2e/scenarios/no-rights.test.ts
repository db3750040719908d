import { expect } from 'vitest';
import { ChannelUserMode } from '../../../src/silc/modes.js';
import { configurationOf, configure, listItems, setAffiliation, setRole } from '../support/rooms.js';
import { scenario } from '../support/scenario.js';

scenario('who has no rights on the channel changes nothing, and is told why', async (world) => {
  const room = world.room('lounge');
  const bob = await world.native('bob');
  const { channel } = await bob.session.join('lounge');
  const dave = await world.native('dave');
  await dave.session.join('lounge');
  const alice = await world.user();
  await alice.join(room, 'alice');
  const forbidden = { type: 'auth', condition: 'forbidden' };
  const notAllowed = { type: 'cancel', condition: 'not-allowed' };

  await expect(setRole(alice, room, 'dave', 'none', 'out')).rejects.toMatchObject(forbidden);
  await expect(setRole(alice, room, 'dave', 'moderator')).rejects.toMatchObject(forbidden);
  await expect(setRole(alice, room, 'dave', 'visitor')).rejects.toMatchObject(forbidden);
  await expect(setRole(alice, room, 'alice', 'moderator')).rejects.toMatchObject(forbidden);
  await expect(setAffiliation(alice, room, { nick: 'dave' }, 'outcast')).rejects.toMatchObject(forbidden);
  await expect(listItems(alice, room, { affiliation: 'outcast' })).rejects.toMatchObject(forbidden);
  await expect(configurationOf(alice, room)).rejects.toMatchObject(forbidden);
  await expect(configure(alice, room, { 'muc#roomconfig_membersonly': '1' })).rejects.toMatchObject(
    forbidden,
  );

  // An operator is no match for the founder.
  const { clientId } = (await dave.log.find('member-joined')).member.user;
  await bob.session.setMemberMode(channel.id, clientId, { set: ChannelUserMode.operator });
  await alice.expectSequence([{ from: `${room}/alice`, type: null, status: [110] }]);
  await expect(setRole(alice, room, 'bob', 'none')).rejects.toMatchObject(notAllowed);
  await expect(setRole(alice, room, 'bob', 'visitor')).rejects.toMatchObject(notAllowed);
  await expect(setAffiliation(alice, room, { nick: 'bob' }, 'none')).rejects.toMatchObject(notAllowed);

  // Who is not in the room has no say at all.
  const stranger = await world.user();
  await expect(setRole(stranger, room, 'dave', 'none')).rejects.toMatchObject(forbidden);
  await expect(configurationOf(stranger, room)).rejects.toMatchObject(forbidden);
  await alice.expectNothing(world.gw);
  expect(dave.log.of('member-left')).toEqual([]);
  expect(bob.session.channels.size).toBe(1);
});
