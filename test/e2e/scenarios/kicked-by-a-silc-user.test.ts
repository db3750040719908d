import { expect } from 'vitest';
import { StanzaError } from '../../../src/component/stanza.js';
import { occupantPresence, ping } from '../support/rooms.js';
import { scenario } from '../support/scenario.js';

scenario('a Jabber user who is kicked is out with all clients: 307, 110, role none', async (world) => {
  const room = world.room('lounge');
  const bob = await world.native('bob');
  const { channel } = await bob.session.join('lounge');
  const phone = await world.user({ resource: 'phone' });
  const desk = await world.user({ name: phone.name, resource: 'desk' });
  await phone.join(room, 'alice');
  await desk.join(room, 'alice');
  const { member } = await bob.log.find('member-joined');

  await bob.session.kick(channel.id, member.user.clientId, 'out with you');
  for (const client of [phone, desk]) {
    await client.expectSequence([
      occupantPresence({
        from: `${room}/alice`,
        to: client.full,
        unavailable: true,
        affiliation: 'none',
        role: 'none',
        jid: world.silcUser('alice'),
        actor: 'bob',
        reason: 'out with you',
        codes: [307, 110],
      }),
    ]);
  }
  // Nobody is in the room any more.
  await expect(ping(desk, `${room}/alice`)).rejects.toMatchObject({ condition: 'not-acceptable' });
  await desk.say(room, 'anybody?');
  const refused = await desk.expect({ name: 'message', type: 'error' });
  expect(refused.getChild('error')?.getChild('not-acceptable')).toBeInstanceOf(Object);
  await expect(ping(phone, `${room}/alice`)).rejects.toBeInstanceOf(StanzaError);

  await phone.join(room, 'alice');
  await phone.expectNothing(world.gw);
  await desk.expectNothing(world.gw);
});
