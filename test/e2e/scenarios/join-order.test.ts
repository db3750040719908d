import { expect } from 'vitest';
import { canonical } from '../../support/xmpp/canonical.js';
import { scenarioEverywhere } from '../support/scenario.js';

// Contract 3, first bullet; XEP-0045, 7.2.2 to 7.2.16.
scenarioEverywhere(
  'a join brings occupants, then oneself, then the subject, and nothing else',
  async (world) => {
    const room = world.room('lounge');
    const bob = await world.native('bob');
    const { channel } = await bob.session.join('lounge');
    await bob.session.setTopic(channel.id, 'All about tests');

    const alice = await world.user();
    await alice.sendJoin(room, 'alice');
    const stanzas = await alice.expectSequence([
      { name: 'presence', from: `${room}/bob`, type: null, status: [] },
      { name: 'presence', from: `${room}/alice`, type: null, status: [110] },
      { name: 'message', type: 'groupchat', subject: 'All about tests' },
    ]);
    await alice.expectNothing(world.gw);

    const [occupant, self] = stanzas.map((stanza) => canonical(stanza, { without: ['id'] }));
    expect(occupant).toBe(`<presence from="${room}/bob" to="${alice.full}">
  <x xmlns="http://jabber.org/protocol/muc#user">
    <item affiliation="owner" jid="${world.silcUser('bob')}" role="moderator"/>
  </x>
  <occupant-id xmlns="urn:xmpp:occupant-id:0"/>
  <hats xmlns="urn:xmpp:hats:0">
    <hat title="Founder" uri="urn:silc-xmpp-gateway:hat:founder"/>
  </hats>
</presence>`);
    expect(self).toBe(`<presence from="${room}/alice" to="${alice.full}">
  <x xmlns="http://jabber.org/protocol/muc#user">
    <item affiliation="none" jid="${world.silcUser('alice')}" role="participant"/>
    <status code="110"/>
  </x>
  <occupant-id xmlns="urn:xmpp:occupant-id:0"/>
</presence>`);

    const { member } = await bob.log.find('member-joined');
    expect(member.user).toMatchObject({ nickname: 'alice', username: 'jabber', realName: 'Jabber user' });
  },
);
