import { expect } from 'vitest';
import { ChannelMode } from '../../../src/silc/modes.js';
import { configurationOf, configure, refusedJoin } from '../support/rooms.js';
import { scenario } from '../support/scenario.js';

const JOIN_KEYS = 'silc#roomconfig_joinkeys';
const FOUNDER_KEY = 'silc#roomconfig_founderkey';
const PRIVATE_KEY = 'silc#roomconfig_privatekey';

// Mode C of SILC: whoever joins proves to hold one of the keys of a list.
scenario('a founder lets in only who holds one of certain keys', async (world) => {
  const room = world.room('lounge');
  const [alice, carol, dora] = [await world.user(), await world.user(), await world.user()];
  await alice.join(room, 'alice');
  const bob = await world.native('bob');
  const { channel } = await bob.session.join('lounge');
  await alice.expect({ from: `${room}/bob` });
  const before = await configurationOf(alice, room);
  expect(before).toMatchObject({ [JOIN_KEYS]: '', [PRIVATE_KEY]: '0' });
  expect(before[FOUNDER_KEY]).toMatch(/^[0-9a-f]{40}$/);

  // A Jabber account that was never here; the owner is let in, too.
  await configure(alice, room, { [JOIN_KEYS]: carol.bare });
  await alice.expect({ from: room, type: 'groupchat', status: [104] });
  await bob.session.ping();
  expect(channel.mode & ChannelMode.channelAuth).not.toBe(0);
  await bob.session.leave(channel.id);
  await expect(bob.session.join('lounge')).rejects.toMatchObject({ code: 'command' });
  expect(await refusedJoin(dora, room, 'dora')).toMatchObject({ type: 'auth', condition: 'not-authorized' });
  await carol.join(room, 'carol');
  await alice.leave(room, 'alice');
  await alice.join(room, 'alice');

  // Known by nickname from then on, and taken out of the list again.
  const listed = (await configurationOf(alice, room))[JOIN_KEYS] ?? '';
  expect(listed).toMatch(new RegExp(`@${world.gw}$`));
  await configure(alice, room, { [JOIN_KEYS]: dora.bare });
  await dora.join(room, 'dora');
  await carol.leave(room, 'carol');
  expect(await refusedJoin(carol, room, 'carol')).toMatchObject({ condition: 'not-authorized' });
  await configure(alice, room, { [JOIN_KEYS]: '' });
  await carol.join(room, 'carol');

  // What the form shows only, and what the users of the gateway could not use.
  await expect(configure(alice, room, { [FOUNDER_KEY]: '00'.repeat(20) })).rejects.toMatchObject({
    type: 'modify',
    condition: 'not-acceptable',
  });
  await expect(configure(alice, room, { [PRIVATE_KEY]: '1' })).rejects.toMatchObject({
    type: 'modify',
    condition: 'not-acceptable',
  });
  await expect(configure(alice, room, { [JOIN_KEYS]: `nobody!@${world.gw}` })).rejects.toMatchObject({
    condition: 'item-not-found',
  });
  expect(await configurationOf(alice, room)).toMatchObject({
    [JOIN_KEYS]: '',
    [FOUNDER_KEY]: before[FOUNDER_KEY],
    [PRIVATE_KEY]: '0',
  });
});
