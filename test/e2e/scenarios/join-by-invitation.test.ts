import { expect } from 'vitest';
import { ChannelMode } from '../../../src/silc/modes.js';
import { refusedJoin } from '../support/rooms.js';
import { scenario } from '../support/scenario.js';

scenario('an invite-only channel refuses a user until somebody invites', async (world) => {
  const room = world.room('club');
  const bob = await world.native('bob');
  const { channel } = await bob.session.join('club');
  await bob.session.setChannelMode(channel.id, { set: ChannelMode.invite });

  // In another room, so that the SILC session lasts and can be invited.
  const alice = await world.user();
  await alice.join(world.room('street'), 'alice');
  expect(await refusedJoin(alice, room, 'alice')).toMatchObject({
    type: 'auth',
    condition: 'registration-required',
  });

  const [found] = await bob.session.whois('alice');
  if (found === undefined) throw new Error('alice is not on the network');
  await bob.session.invite(channel.id, found.user.clientId);
  await alice.expectSequence([
    { name: 'message', from: room, to: world.shownAs(alice), has: ['http://jabber.org/protocol/muc#user'] },
  ]);
  const { self } = await alice.join(room, 'alice');
  // Whoever is in an invite-only channel is a member of the room (contract 3).
  expect(self.getChild('x', 'http://jabber.org/protocol/muc#user')?.getChild('item')?.attrs).toMatchObject({
    affiliation: 'member',
    role: 'participant',
  });
  await alice.expectNothing(world.gw);
});
