import { expect } from 'vitest';
import { sendNick } from '../support/rooms.js';
import { scenario } from '../support/scenario.js';

// SILC lets everybody have any nickname: the join succeeds, and 210 tells the client its name in the room.
scenario('a join with a nick that somebody holds succeeds under a marked name', async (world) => {
  const room = world.room('lounge');
  const native = await world.native('alice');
  const { channel } = await native.session.join('lounge');
  const alice = await world.user();
  await alice.sendJoin(room, 'alice');
  const [, self] = await alice.expectSequence([
    { from: `${room}/alice`, type: null, status: [] },
    { name: 'presence', type: null, status: [110, 210] },
    { name: 'message', subject: '' },
  ]);
  const own = self?.attrs.from ?? '';
  expect(own).toMatch(/\/alice\*.+$/);
  const { member } = await native.log.find('member-joined');
  expect(member.user.nickname).toBe('alice');

  // Each line from the right one, the own reflection included.
  await native.session.say(channel.id, 'native');
  const id = await alice.say(room, 'jabber');
  await alice.expect({ from: `${room}/alice`, body: 'native' });
  await alice.expect({ from: own, body: 'jabber', id });

  // A client that comes back by the name it was given is where it was.
  const name = own.slice(own.indexOf('/') + 1);
  await alice.sendJoin(room, name);
  await alice.expectSequence([
    { from: `${room}/alice`, type: null, status: [] },
    { from: own, type: null, status: [110] },
    { name: 'message', subject: '' },
  ]);
  await sendNick(alice, room, name);
  await alice.expectNothing(world.gw);

  // A free nick takes the mark away.
  await sendNick(alice, room, 'alicia');
  await alice.expectSequence([
    { from: own, type: 'unavailable', status: [110, 303] },
    { from: `${room}/alicia`, type: null, status: [110] },
  ]);
  await alice.leave(room, 'alicia');
  await alice.join(room, name);
  await alice.expectNothing(world.gw);
});
