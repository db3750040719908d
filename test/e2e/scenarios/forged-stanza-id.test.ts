import { expect } from 'vitest';
import { xml } from '../../../src/component/stanza.js';
import { canonical } from '../../support/xmpp/canonical.js';
import { expectStanza } from '../support/expect-stanza.js';
import { scenario } from '../support/scenario.js';

// Contract 3: "forged stanza-ids are stripped"; XEP-0359, 6; XEP-0421, 4. The origin-id is the author's own and stays.
scenario('ids that only the room may give are taken out of a reflected message', async (world) => {
  const room = world.room('lounge');
  const alice = await world.user();
  const carol = await world.user();
  await alice.join(room, 'alice');
  await carol.join(room, 'carol');
  await alice.expect({ name: 'presence', from: `${room}/carol` });

  const stanzaId = (by: string) => xml('stanza-id', { xmlns: 'urn:xmpp:sid:0', by, id: 'forged' });
  await alice.send(
    xml(
      'message',
      { to: room, type: 'groupchat', id: 'mine' },
      xml('body', {}, 'trust me'),
      stanzaId(room),
      stanzaId(room.toUpperCase()),
      stanzaId(world.gw),
      stanzaId(`elsewhere@${world.gw}/bob`),
      xml('origin-id', { xmlns: 'urn:xmpp:sid:0', id: 'mine' }),
      xml('occupant-id', { xmlns: 'urn:xmpp:occupant-id:0', id: 'forged' }),
      xml('delay', { xmlns: 'urn:xmpp:delay', from: room, stamp: '2001-01-01T00:00:00Z' }),
      xml('x', { xmlns: 'http://jabber.org/protocol/muc#user' }, xml('status', { code: 332 })),
      xml('silc', { xmlns: 'urn:silc-xmpp-gateway:message:0', signature: 'verified' }),
    ),
  );
  const reflection = await alice.expect({ name: 'message', type: 'groupchat', body: 'trust me' });
  expect(reflection.attrs.id).toBe('mine');
  const [given] = reflection.getChildren('stanza-id').map((child) => child.attrs.id);
  const occupantId = reflection.getChild('occupant-id')?.attrs['id'];
  expect(given).not.toBe('forged');
  expect(occupantId).not.toBe('forged');
  expectStanza(
    reflection,
    `<message from="${room}/alice" id="mine" to="${alice.full}" type="groupchat">
  <body>trust me</body>
  <origin-id xmlns="urn:xmpp:sid:0" id="mine"/>
  <silc xmlns="urn:silc-xmpp-gateway:message:0"/>
  <occupant-id xmlns="urn:xmpp:occupant-id:0" id="${occupantId}"/>
  <stanza-id xmlns="urn:xmpp:sid:0" by="${room}" id="${given}"/>
</message>`,
  );

  // For others it came from SILC, with the same id and nothing of what the author made up.
  const copy = await carol.expect({ name: 'message', from: `${room}/alice`, body: 'trust me' });
  expect(canonical(copy)).not.toContain('forged');
  expect(copy.getChildren('stanza-id').map((child) => child.attrs.id)).toEqual([given]);
});
