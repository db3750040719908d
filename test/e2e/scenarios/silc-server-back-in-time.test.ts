import { expect } from 'vitest';
import { canonical } from '../../support/xmpp/canonical.js';
import { scenario } from '../support/scenario.js';

// Contract 2: a lost SILC link is mended within the grace period; the rooms are told only what has changed.
scenario('when the SILC server comes back in time, nobody has seen anybody leave', async (world) => {
  const room = world.room('lounge');
  const bob = await world.native('bob');
  await bob.session.join('lounge');
  const alice = await world.user();
  const carol = await world.user();
  await alice.join(room, 'alice');
  await carol.join(room, 'carol');
  await alice.expect({ name: 'presence', from: `${room}/carol` });

  const lost = bob.log.find('closed');
  await world.silc.stopServer();
  await lost;
  // What is said meanwhile waits.
  await alice.say(room, 'anybody here?');
  await alice.expectNothing(world.gw);
  await carol.expectNothing(world.gw);
  await world.silc.startServer();

  await alice.expect({ from: `${room}/alice`, body: 'anybody here?' }, undefined, 30_000);
  await carol.say(room, 'I am');
  await carol.expect({ from: `${room}/carol`, body: 'I am' }, undefined, 30_000);
  const again = await world.native('bob');
  const { channel } = await again.session.join('lounge');
  expect([...channel.members.values()].map(({ user }) => user.nickname).sort()).toEqual([
    'alice',
    'bob',
    'carol',
  ]);
  await again.session.say(channel.id, 'back again');
  for (const user of [alice, carol]) await user.expect({ from: `${room}/bob`, body: 'back again' });
  await alice.say(room, 'welcome back');
  for (const user of [alice, carol]) await user.expect({ from: `${room}/alice`, body: 'welcome back' });
  await again.log.find('channel-message', ({ message }) => message.text === 'welcome back');

  for (const user of [alice, carol]) {
    await user.barrier(world.gw);
    const departures = user.received.filter(
      ({ name, attrs }) => name === 'presence' && attrs.type !== undefined,
    );
    expect(departures.map((stanza) => canonical(stanza))).toEqual([]);
  }
});
