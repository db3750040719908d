import { expect } from 'vitest';
import { ChannelMode } from '../../../src/silc/modes.js';
import { refusalOf, refusedJoin } from '../support/rooms.js';
import { scenario } from '../support/scenario.js';

// Contract 3: the answer goes to the full JID that asked, and each join has its own.
scenario('of two clients that join at once, each gets its own answer', async (world) => {
  const room = world.room('vault');
  const bob = await world.native('bob');
  const { channel } = await bob.session.join('vault');
  await bob.session.setChannelMode(channel.id, { set: ChannelMode.passphrase, passphrase: 'open sesame' });

  const phone = await world.user({ resource: 'phone' });
  const desk = await world.user({ name: phone.name, resource: 'desk' });
  await phone.sendJoin(room, 'alice', { password: 'wrong' });
  await desk.sendJoin(room, 'alice', { password: 'wrong, too' });
  for (const client of [phone, desk]) {
    const [refused] = await client.expectSequence([{ name: 'presence', type: 'error', to: client.full }]);
    expect(refused === undefined ? undefined : refusalOf(refused)).toMatchObject({
      type: 'auth',
      condition: 'not-authorized',
    });
  }
  await desk.join(room, 'alice', { password: 'open sesame' });
  await phone.expectNothing(world.gw);
  // The user is on the channel now: another client needs no passphrase.
  await phone.join(room, 'alice');

  // A bad name is answered to the client that gave it, too.
  expect(await refusedJoin(phone, world.room('snow\u2603'), 'alice')).toMatchObject({
    condition: 'jid-malformed',
  });
  await desk.expectNothing(world.gw);
});
