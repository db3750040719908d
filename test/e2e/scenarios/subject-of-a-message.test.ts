import { expect } from 'vitest';
import { xml } from '../../../src/component/stanza.js';
import { loungeOfBob } from '../support/openings.js';
import { scenario } from '../support/scenario.js';

// Contract 0, never lost silently: SILC messages have no subject, so that it stands above the text.
scenario('the subject of a message is told to SILC users, and is not the one of the room', async (world) => {
  const { room, alice, bob, carol } = await loungeOfBob(world);
  const subject = xml('subject', {}, 'Lunch');
  const toRoom = { to: room, type: 'groupchat' };

  await alice.send(xml('message', { ...toRoom, id: 'one' }, subject, xml('body', {}, 'at noon?')));
  expect((await bob.log.find('channel-message')).message.text).toBe('Subject: Lunch\nat noon?');
  const told = await carol.expect({ from: `${room}/alice`, id: 'one', body: 'at noon?' });
  expect(told.getChildText('subject')).toBe('Lunch');

  await alice.send(xml('message', { ...toRoom, id: 'two' }, subject, xml('thread', {}, 'food')));
  await bob.log.find('channel-message', (event) => event.message.text === 'Subject: Lunch');
  const second = await carol.expect({ from: `${room}/alice`, id: 'two' });
  expect(second.getChildText('thread')).toBe('food');

  await alice.send(
    xml('message', { to: world.silcUser('bob'), id: 'three' }, subject, xml('body', {}, 'with you?')),
  );
  const { message } = await bob.log.find('private-message');
  expect(message.text).toBe('Subject: Lunch\nwith you?');

  await alice.expect({ id: 'two' });
  const { subject: ofRoom } = await alice.join(room, 'alice');
  expect(ofRoom.getChildText('subject')).toBe('');
});
