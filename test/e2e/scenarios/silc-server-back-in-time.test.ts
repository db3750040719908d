import { expect } from 'vitest';
import { canonical } from '../../support/xmpp/canonical.js';
import { scenario } from '../support/scenario.js';

const NS_SILC = 'urn:silc-xmpp-gateway:message:0';

// Contract 2: a lost SILC link is restored within the grace period; the rooms are told only what has changed, and the gap.
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
  // What is said meanwhile reaches those who are on this gateway.
  await alice.say(room, 'anybody here?');
  for (const user of [alice, carol]) await user.expect({ from: `${room}/alice`, body: 'anybody here?' });
  await carol.say(room, 'I am');
  for (const user of [alice, carol]) await user.expect({ from: `${room}/carol`, body: 'I am' });
  await world.silc.startServer();

  // Bob may have said something that nobody could hear.
  for (const user of [alice, carol]) {
    const gap = await user.expect({ from: room, has: [NS_SILC] }, undefined, 30_000);
    expect(gap.getChild('silc')?.attrs['kind']).toBe('gap');
    expect(gap.getChildText('body')).toMatch(/ from \d\d:\d\d:\d\d to \d\d:\d\d:\d\d UTC/);
  }
  const again = await world.native('bob');
  const { channel } = await again.session.join('lounge');
  const members = () => [...channel.members.values()].map(({ user }) => user.nickname).sort();
  await expect.poll(members, { timeout: 30_000 }).toEqual(['alice', 'bob', 'carol']);
  await again.session.say(channel.id, 'back again');
  for (const user of [alice, carol]) await user.expect({ from: `${room}/bob`, body: 'back again' });
  await alice.say(room, 'welcome back');
  for (const user of [alice, carol]) await user.expect({ from: `${room}/alice`, body: 'welcome back' });
  await again.log.find('channel-message', ({ message }) => message.text === 'welcome back');

  // Nobody was told anything twice.
  for (const user of [alice, carol]) {
    await user.barrier(world.gw);
    const said = user.received.map((stanza) => stanza.getChildText('body')).filter((body) => body !== null);
    expect(said.filter((body) => !body.includes('UTC'))).toEqual([
      'anybody here?',
      'I am',
      'back again',
      'welcome back',
    ]);
    const departures = user.received.filter(
      ({ name, attrs }) => name === 'presence' && attrs.type !== undefined,
    );
    expect(departures.map((stanza) => canonical(stanza))).toEqual([]);
  }
});
