import { expect } from 'vitest';
import { ChannelMode } from '../../../src/silc/modes.js';
import { configurationOf, configure, refusedJoin } from '../support/rooms.js';
import { scenario } from '../support/scenario.js';

// XEP-0045, 10.2: an owner configures the room, whether or not the owner is in it.
scenario('an owner who is not in the room gets the configuration form and sets it', async (world) => {
  const room = world.room('lounge');
  const alice = await world.user();
  await alice.join(room, 'alice');
  await configure(alice, room, { 'muc#roomconfig_roomname': 'The Lounge' });
  await alice.expect({ from: room, type: 'groupchat', status: [104] });
  await alice.leave(room, 'alice');

  // Nobody is on the channel any more.
  expect(await configurationOf(alice, room)).toMatchObject({
    'muc#roomconfig_roomname': 'The Lounge',
    'muc#roomconfig_membersonly': '0',
    'muc#roomconfig_roomowners': alice.bare,
  });
  await configure(alice, room, {
    'muc#roomconfig_roomdesc': 'By the fire',
    'muc#roomconfig_membersonly': '1',
  });
  expect(await configurationOf(alice, room)).toMatchObject({
    'muc#roomconfig_roomdesc': 'By the fire',
    'muc#roomconfig_membersonly': '1',
  });
  const carol = await world.user();
  expect(await refusedJoin(carol, room, 'carol')).toMatchObject({ condition: 'registration-required' });
  await configure(alice, room, { 'muc#roomconfig_membersonly': '0' });
  await alice.expectNothing(world.gw);

  // What is read while others are there is read without a sign of the reader; what is set is set by the owner, who is seen to come.
  const bob = await world.native('bob');
  const { channel } = await bob.session.join('lounge');
  await carol.join(room, 'carol');
  await bob.log.find('member-joined', ({ member }) => member.user.nickname === 'carol');
  const dora = await world.user();
  await expect(configurationOf(dora, room)).rejects.toMatchObject({ type: 'auth', condition: 'forbidden' });
  await expect(configure(dora, room, { 'muc#roomconfig_moderatedroom': '1' })).rejects.toMatchObject({
    type: 'auth',
    condition: 'forbidden',
  });
  await configure(alice, room, { 'muc#roomconfig_moderatedroom': '1' });
  await carol.expect({ from: room, type: 'groupchat', status: [104] });
  await bob.session.ping();
  expect(channel.mode & ChannelMode.silenceUsers).toBe(ChannelMode.silenceUsers);
  await alice.expectNothing(world.gw);
});
