import { expect } from 'vitest';
import { configure, refusalOf, setRole } from '../support/rooms.js';
import { scenario } from '../support/scenario.js';

// SILC's mode m: ordinary users are visitors, the founder and operators talk on.
scenario('on a moderated channel only founder and operators talk', async (world) => {
  const room = world.room('lecture');
  const alice = await world.user();
  await alice.join(room, 'alice');
  const bob = await world.native('bob');
  const { channel } = await bob.session.join('lecture');
  const carol = await world.user();
  await carol.join(room, 'carol');
  await alice.expect({ from: `${room}/carol` });
  await alice.expect({ from: `${room}/bob` });

  await configure(alice, room, { 'muc#roomconfig_moderatedroom': '1' });
  for (const nick of ['bob', 'carol']) {
    const shown = await carol.expect({ from: `${room}/${nick}`, type: null });
    const item = shown.getChild('x', 'http://jabber.org/protocol/muc#user')?.getChild('item');
    expect(item?.attrs.role).toBe('visitor');
    await alice.expect({ from: `${room}/${nick}`, type: null });
  }
  await carol.expectSequence([{ from: room, status: [104] }]);
  await alice.expectSequence([{ from: room, status: [104] }]);

  const id = await carol.say(room, 'a question');
  const refused = await carol.expect({ name: 'message', type: 'error', id });
  expect(refusalOf(refused)).toMatchObject({ type: 'auth', condition: 'forbidden' });
  await bob.session.say(channel.id, 'another question');
  await bob.session.ping();
  await alice.say(room, 'silence, please');
  await alice.expectSequence([{ from: `${room}/alice`, body: 'silence, please' }]);
  await carol.expectSequence([{ from: `${room}/alice`, body: 'silence, please' }]);

  // Who is made an operator may talk.
  await setRole(alice, room, 'carol', 'moderator');
  await carol.expectSequence([{ from: `${room}/carol`, type: null, status: [110] }]);
  await alice.expectSequence([{ from: `${room}/carol`, type: null }]);
  await carol.say(room, 'thank you');
  await alice.expectSequence([{ from: `${room}/carol`, body: 'thank you' }]);
  await bob.log.find('channel-message', ({ message }) => message.text === 'thank you');
  await alice.expectNothing(world.gw);
});
