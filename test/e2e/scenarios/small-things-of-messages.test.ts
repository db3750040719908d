import { expect } from 'vitest';
import { xml } from '../../../src/component/stanza.js';
import { loungeOfBob } from '../support/openings.js';
import { scenario } from '../support/scenario.js';

// Contract 4: of several bodies the one without a language goes; a topic may come with an empty body; what is said on leaving is said on SILC.
scenario('several bodies, a topic beside an empty body, and the last words', async (world) => {
  const { room, alice, bob, carol } = await loungeOfBob(world);
  const heard = bob.log;
  await alice.send(
    xml(
      'message',
      { to: room, type: 'groupchat', id: 'two' },
      xml('body', { 'xml:lang': 'de' }, 'Guten Tag'),
      xml('body', {}, 'Good day'),
    ),
  );
  expect((await heard.find('channel-message')).message.text).toBe('Good day');
  await alice.expect({ from: `${room}/alice`, type: 'groupchat', id: 'two' });

  // As mcabber does it.
  await alice.send(xml('message', { to: room, type: 'groupchat' }, xml('body'), xml('subject', {}, 'T')));
  await carol.expect({ from: `${room}/alice`, subject: 'T' });

  await alice.leave(room, 'alice', 'See you tomorrow');
  const { cause } = await heard.find('member-left');
  expect(cause).toEqual({ kind: 'signoff', message: 'See you tomorrow' });
});
