import { expect } from 'vitest';
import { xml } from '../../../src/component/stanza.js';
import { ChannelUserMode } from '../../../src/silc/modes.js';
import { expectStanza } from '../support/expect-stanza.js';
import { configurationOf } from '../support/rooms.js';
import { loungeOfAlice } from '../support/openings.js';
import { scenario } from '../support/scenario.js';

const OWNER = 'http://jabber.org/protocol/muc#owner';

// XEP-0045, 10.9: everybody is told of the own end only, with the reason and the other room; SILC users are kicked with the same.
scenario('a Jabber founder destroys the room', async (world) => {
  const { room, alice, bob, carol } = await loungeOfAlice(world);
  const destroy = xml(
    'destroy',
    { jid: world.room('garden') },
    xml('reason', {}, 'too loud'),
    xml('password', {}, 'open sesame'),
  );
  await expect(carol.request(room, 'set', xml('query', { xmlns: OWNER }, destroy))).rejects.toMatchObject({
    condition: 'forbidden',
  });
  await alice.request(room, 'set', xml('query', { xmlns: OWNER }, destroy));

  for (const [user, nick, affiliation] of [
    [alice, 'alice', 'none'],
    [carol, 'carol', 'none'],
  ] as const) {
    const end = await user.expect({ name: 'presence', type: 'unavailable', from: `${room}/${nick}` });
    expectStanza(
      end,
      `<presence from='${room}/${nick}' to='${user.full}' type='unavailable'>
        <x xmlns='http://jabber.org/protocol/muc#user'>
          <item affiliation='${affiliation}' role='none' jid='${world.silcUser(nick)}'/>
          <destroy jid='${world.room('garden')}'><reason>too loud</reason><password>open sesame</password></destroy>
          <status code='110'/>
        </x>
        <occupant-id xmlns='urn:xmpp:occupant-id:0'/>
      </presence>`,
      { without: ['id'] },
    );
  }
  const { cause, self } = await bob.log.find('member-left', (event) => event.self);
  expect(self).toBe(true);
  expect(cause).toMatchObject({ kind: 'kicked', comment: 'too loud (see channel garden)' });

  // Nobody was told that the others went; the room is gone, and whoever comes next founds it anew.
  const others = alice.received.filter(({ attrs }) => attrs.from === `${room}/carol`);
  expect(others.filter(({ attrs }) => attrs.type === 'unavailable')).toEqual([]);
  await expect(configurationOf(alice, room)).rejects.toMatchObject({ condition: 'forbidden' });
  await bob.session.ping();
  const joined = await bob.session.join('lounge');
  expect(joined.created).toBe(true);
  expect(joined.mode).toBe(ChannelUserMode.founder | ChannelUserMode.operator);
});
