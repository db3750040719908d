import { expect } from 'vitest';
import { scenarioEverywhere } from '../support/scenario.js';

// Contract 3: "/me = SILC action"; XEP-0245.
scenarioEverywhere('/me is an action on SILC, and an action of SILC is /me', async (world) => {
  const room = world.room('lounge');
  const bob = await world.native('bob');
  const { channel } = await bob.session.join('lounge');
  const alice = await world.user();
  await alice.join(room, 'alice');

  await alice.say(room, '/me waves');
  await alice.say(room, '/meow');
  await alice.say(room, 'say /me');
  await bob.log.find('channel-message', ({ message }) => message.text === 'say /me');
  const heard = bob.log.of('channel-message').map(({ message: { kind, text } }) => [kind, text]);
  expect(heard).toEqual([
    ['action', 'waves'],
    ['text', '/meow'],
    ['text', 'say /me'],
  ]);
  await alice.expectSequence([
    { from: `${room}/alice`, body: '/me waves' },
    { from: `${room}/alice`, body: '/meow' },
    { from: `${room}/alice`, body: 'say /me' },
  ]);

  await bob.session.say(channel.id, 'waves back', { kind: 'action' });
  await alice.expect({ type: 'groupchat', from: `${room}/bob`, body: '/me waves back' });

  // Contract 5: what a SILC user has only typed is no action.
  await bob.session.say(channel.id, '/me types it');
  await alice.expect({ type: 'groupchat', from: `${room}/bob`, body: ' /me types it' });

  // Private messages alike.
  await alice.tell(world.silcUser('bob'), '/me whispers');
  const { sender, message } = await bob.log.find('private-message');
  expect(message).toMatchObject({ kind: 'action', text: 'whispers' });
  await bob.session.tell(sender.clientId, 'nods', { kind: 'action' });
  await alice.expect({ type: 'chat', from: world.silcUser('bob'), body: '/me nods' });
  await bob.session.tell(sender.clientId, '/me types it');
  await alice.expect({ type: 'chat', from: world.silcUser('bob'), body: ' /me types it' });
  await alice.expectNothing(world.gw);
});
