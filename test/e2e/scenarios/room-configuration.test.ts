import { expect } from 'vitest';
import { ChannelMode } from '../../../src/silc/modes.js';
import { configurationOf, configure, refusedJoin, setAffiliation } from '../support/rooms.js';
import { scenario } from '../support/scenario.js';

scenario('the configuration form shows and sets the modes of the channel', async (world) => {
  const room = world.room('lounge');
  const alice = await world.user();
  await alice.join(room, 'alice');
  const bob = await world.native('bob');
  const { channel } = await bob.session.join('lounge');
  await alice.expect({ from: `${room}/bob` });
  await setAffiliation(alice, room, { nick: 'bob' }, 'member');
  const plain = {
    FORM_TYPE: 'http://jabber.org/protocol/muc#roomconfig',
    'muc#roomconfig_publicroom': '1',
    'silc#roomconfig_private': '0',
    'muc#roomconfig_membersonly': '0',
    'muc#roomconfig_changesubject': '1',
    'muc#roomconfig_moderatedroom': '0',
    'silc#roomconfig_silence_operators': '0',
    'muc#roomconfig_maxusers': 'none',
    'muc#roomconfig_passwordprotectedroom': '0',
    'muc#roomconfig_roomsecret': '',
  };
  expect(await configurationOf(alice, room)).toMatchObject(plain);

  /** Submits, and checks what SILC has of it by then and what the form shows. */
  const check = async (values: Readonly<Record<string, string>>, mode: number): Promise<void> => {
    await configure(alice, room, values);
    await alice.expect({ from: room, type: 'groupchat', status: [104] });
    await bob.session.ping();
    // The key by which its founder comes back is no part of the form.
    expect(channel.mode & ~ChannelMode.founderAuth).toBe(mode);
    expect(await configurationOf(alice, room)).toMatchObject({ ...values, 'muc#roomconfig_roomsecret': '' });
  };
  await check(
    { 'muc#roomconfig_membersonly': '1', 'muc#roomconfig_changesubject': '0' },
    ChannelMode.invite | ChannelMode.topic,
  );
  await check({ 'muc#roomconfig_membersonly': '0' }, ChannelMode.topic);
  await check({ 'muc#roomconfig_changesubject': '1', 'muc#roomconfig_publicroom': '0' }, ChannelMode.secret);
  await check({ 'muc#roomconfig_publicroom': '1', 'silc#roomconfig_private': '1' }, ChannelMode.private);
  await check(
    { 'silc#roomconfig_private': '0', 'muc#roomconfig_moderatedroom': '1' },
    ChannelMode.silenceUsers,
  );
  await check({ 'muc#roomconfig_moderatedroom': '0', 'muc#roomconfig_maxusers': '2' }, ChannelMode.userLimit);
  expect(channel.userLimit).toBe(2);
  const carol = await world.user();
  expect(await refusedJoin(carol, room, 'carol')).toMatchObject({ condition: 'service-unavailable' });
  await check({ 'muc#roomconfig_maxusers': 'none' }, 0);

  await check(
    { 'muc#roomconfig_passwordprotectedroom': '1', 'muc#roomconfig_roomsecret': 'first' },
    ChannelMode.passphrase,
  );
  // A passphrase that is there is replaced, which takes SILC two steps.
  await configure(alice, room, { 'muc#roomconfig_roomsecret': 'second' });
  expect(await refusedJoin(carol, room, 'carol', { password: 'first' })).toMatchObject({
    condition: 'not-authorized',
  });
  await carol.join(room, 'carol', { password: 'second' });
  await carol.leave(room, 'carol');
  await configure(alice, room, { 'muc#roomconfig_passwordprotectedroom': '0' });
  await carol.join(room, 'carol');
  expect(await configurationOf(alice, room)).toMatchObject(plain);

  // What cannot be read changes nothing.
  await expect(configure(alice, room, { 'muc#roomconfig_maxusers': 'many' })).rejects.toMatchObject({
    condition: 'not-acceptable',
  });
  await expect(configure(alice, room, { 'muc#roomconfig_passwordprotectedroom': '1' })).rejects.toMatchObject(
    { condition: 'not-acceptable' },
  );
  expect(await configurationOf(alice, room)).toMatchObject(plain);
});
