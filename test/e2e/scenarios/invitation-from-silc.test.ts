import { scenario } from '../support/scenario.js';

// XEP-0045, 7.8.2: a mediated invitation comes from the room, to the bare JID, so that any client may take it.
scenario('an invitation on SILC arrives as a mediated invitation and can be followed', async (world) => {
  const room = world.room('party');
  const bob = await world.native('bob');
  const { channel } = await bob.session.join('party');
  const alice = await world.user();
  await alice.join(world.room('street'), 'alice');

  const [found] = await bob.session.whois('alice');
  if (found === undefined) throw new Error('alice is not on the network');
  await bob.session.invite(channel.id, found.user.clientId);
  await alice.expectSequence([
    `<message from="${room}" to="${world.shownAs(alice)}">
  <x xmlns="http://jabber.org/protocol/muc#user">
    <invite from="${world.silcUser('bob')}"/>
  </x>
  <x xmlns="jabber:x:conference" jid="${room}"/>
</message>`,
  ]);
  await alice.join(room, 'alice');
  await alice.expectNothing(world.gw);
});
