import { expect } from 'vitest';
import { scenarioEverywhere } from '../support/scenario.js';

// The Jabber server tells the rooms when a client's connection is gone (RFC 6121, 4.5.2, directed presence).
scenarioEverywhere('a client whose connection drops leaves; the last one leaves on SILC', async (world) => {
  const room = world.room('lounge');
  const bob = await world.native('bob');
  await bob.session.join('lounge');
  const phone = await world.user({ resource: 'phone' });
  const laptop = await world.user({ name: phone.name, resource: 'laptop' });
  const carol = await world.user();
  await phone.join(room, 'alice');
  await laptop.join(room, 'alice');
  await carol.join(room, 'carol');
  await laptop.expect({ name: 'presence', from: `${room}/carol` });

  phone.vanish();
  // The other client learns it from its own server; then the room must have learnt it, too.
  await expect
    .poll(() =>
      laptop.received.filter(({ attrs }) => attrs.from === phone.full && attrs.type === 'unavailable'),
    )
    .toHaveLength(1);
  await laptop.say(room, 'one of us is left');
  await laptop.expect({ from: `${room}/alice`, body: 'one of us is left' });
  await carol.expect({ from: `${room}/alice`, body: 'one of us is left' });
  await carol.expectNothing(world.gw);
  expect(bob.log.of('member-left')).toEqual([]);

  laptop.vanish();
  const { user } = await bob.log.find('member-left');
  expect(user.nickname).toBe('alice');
  await carol.expect({ from: `${room}/alice`, type: 'unavailable', status: [] });
  await carol.expectNothing(world.gw);
});
