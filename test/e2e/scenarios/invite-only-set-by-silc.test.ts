import { expect } from 'vitest';
import { ChannelMode } from '../../../src/silc/modes.js';
import { canonical } from '../../support/xmpp/canonical.js';
import { featuresOf, occupantPresence } from '../support/rooms.js';
import { scenario } from '../support/scenario.js';

// XEP-0045, 10.2.1: a changed configuration is told by 104, and clients ask for the features anew.
scenario('a mode set on SILC is told by 104 and shows in the features of the room', async (world) => {
  const room = world.room('lounge');
  const bob = await world.native('bob');
  const { channel } = await bob.session.join('lounge');
  const alice = await world.user();
  await alice.join(room, 'alice');
  const open = ['muc_open', 'muc_public', 'muc_unmoderated', 'muc_unsecured', 'muc_nonanonymous'];
  const before = await featuresOf(alice, room);
  expect(open.filter((feature) => !before.has(feature))).toEqual([]);

  await bob.session.setChannelMode(channel.id, { set: ChannelMode.invite });
  const self = (affiliation: string, role: string): string =>
    occupantPresence({
      from: `${room}/alice`,
      to: alice.full,
      affiliation,
      role,
      jid: world.silcUser('alice'),
      codes: [110],
    });
  // Who is in a room for invited users is a member of it.
  const [, changed] = await alice.expectSequence([
    self('member', 'participant'),
    { name: 'message', from: room, type: 'groupchat', status: [104] },
  ]);
  expect(changed === undefined ? '' : canonical(changed, { without: ['id'] })).toBe(
    `<message from="${room}" to="${alice.full}" type="groupchat">
  <x xmlns="http://jabber.org/protocol/muc#user">
    <status code="104"/>
  </x>
</message>`,
  );
  const closed = await featuresOf(alice, room);
  expect([closed.has('muc_membersonly'), closed.has('muc_open')]).toEqual([true, false]);

  await bob.session.setChannelMode(channel.id, {
    clear: ChannelMode.invite,
    set: ChannelMode.secret | ChannelMode.silenceUsers,
  });
  await alice.expectSequence([self('none', 'visitor'), { from: room, status: [104] }]);
  const moderated = await featuresOf(alice, room);
  for (const feature of ['muc_open', 'muc_hidden', 'muc_moderated', 'muc_unsecured']) {
    expect(moderated).toContain(feature);
  }
  await alice.expectNothing(world.gw);
});
