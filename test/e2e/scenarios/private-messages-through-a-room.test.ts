import { expect } from 'vitest';
import { xml } from '../../../src/component/stanza.js';
import { expectStanza } from '../support/expect-stanza.js';
import { scenario } from '../support/scenario.js';

// XEP-0045, 7.5. SILC knows one kind of private message only; its answer comes the way the user has chosen.
scenario('a private message to an occupant is answered through the room', async (world) => {
  const room = world.room('lounge');
  const bob = await world.native('bob');
  await bob.session.join('lounge');
  const alice = await world.user();
  const carol = await world.user();
  await alice.join(room, 'alice');
  await carol.join(room, 'carol');
  await alice.expect({ name: 'presence', from: `${room}/carol` });

  await alice.tell(`${room}/bob`, 'psst');
  const { sender, message } = await bob.log.find('private-message');
  expect(sender.nickname).toBe('alice');
  expect(message.text).toBe('psst');
  await bob.session.tell(sender.clientId, 'what?');
  expectStanza(
    await alice.expect({ name: 'message', body: 'what?' }),
    `<message from="${room}/bob" to="${alice.full}" type="chat">
      <body>what?</body>
      <x xmlns="http://jabber.org/protocol/muc#user"/>
    </message>`,
    { without: ['id'] },
  );

  // After a message to the user's own address the answers come from there.
  await alice.tell(world.silcUser('bob'), 'rather here');
  await bob.log.find('private-message', ({ message: { text } }) => text === 'rather here');
  await bob.session.tell(sender.clientId, 'as you like');
  await alice.expect({ from: world.silcUser('bob'), to: world.shownAs(alice), body: 'as you like' });

  // Between two Jabber users the whole message arrives, from the occupant.
  await alice.send(
    xml(
      'message',
      { to: `${room}/carol`, type: 'chat', id: 'p1' },
      xml('body', {}, 'and you?'),
      xml('request', { xmlns: 'urn:xmpp:receipts' }),
      xml('x', { xmlns: 'http://jabber.org/protocol/muc#user' }),
    ),
  );
  expectStanza(
    await carol.expect({ name: 'message', body: 'and you?' }),
    `<message from="${room}/alice" to="${carol.full}" type="chat" id="p1">
      <body>and you?</body>
      <request xmlns="urn:xmpp:receipts"/>
      <x xmlns="http://jabber.org/protocol/muc#user"/>
    </message>`,
  );
  await carol.send(
    xml(
      'message',
      { to: `${room}/alice`, type: 'chat', id: 'p2' },
      xml('received', { xmlns: 'urn:xmpp:receipts', id: 'p1' }),
    ),
  );
  const receipt = await alice.expect({ type: 'chat', from: `${room}/carol`, id: 'p2' });
  expect(receipt.getChild('received', 'urn:xmpp:receipts')?.attrs.id).toBe('p1');

  const id = await alice.tell(`${room}/nobody`, 'hello?');
  await alice.expect({ type: 'error', id, from: `${room}/nobody`, error: 'item-not-found' });
  await alice.expectNothing(world.gw);
  await carol.expectNothing(world.gw);
  expect(bob.log.texts).toEqual(['psst', 'rather here']);
});
