import { expect } from 'vitest';
import { xml } from '../../../src/component/stanza.js';
import { scenario } from '../support/scenario.js';

// Everybody in a room reads what the gateway says of it in the own language, as the last stanza of the own client named it.
scenario('a room speaks German to one user and English to another', async (world) => {
  const room = world.room('lounge');
  const [alice, bob] = [await world.user(), await world.user()];
  await alice.join(room, 'alice');
  const owner = xml('query', { xmlns: 'http://jabber.org/protocol/muc#owner' });
  const answer = await alice.request(room, 'get', owner, 'de');
  const form = answer.getChild('query')?.getChild('x', 'jabber:x:data');
  expect(form?.getChildText('title')).toBe('Einstellungen des SILC-Kanals lounge');
  const labels = form?.getChildren('field').map(({ attrs }) => attrs.label);
  expect(labels).toContain('Nur Eingeladene dürfen eintreten');

  const titleOf = (presence: typeof answer) => presence.getChild('hats')?.getChild('hat')?.attrs;
  const { occupants } = await bob.join(room, 'bob');
  expect(occupants.map((presence) => titleOf(presence)?.title)).toEqual(['Founder']);
  // The founder changes the nickname: both are shown the hat anew.
  await alice.send(xml('presence', { to: `${room}/anna`, 'xml:lang': 'de' }));
  const [own, others] = [
    await alice.expect({ name: 'presence', from: `${room}/anna` }),
    await bob.expect({ name: 'presence', from: `${room}/anna` }),
  ];
  expect(titleOf(own)).toMatchObject({ title: 'Gründer', 'xml:lang': 'de' });
  expect(titleOf(others)).toMatchObject({ title: 'Founder', 'xml:lang': 'en' });
});
