import { expect } from 'vitest';
import { ping, sendNick } from '../support/rooms.js';
import { scenarioEverywhere } from '../support/scenario.js';

// XEP-0410: an answer means joined; not-acceptable means that the client must join again.
scenarioEverywhere('a ping to the own occupant tells whether a client is in the room', async (world) => {
  const room = world.room('lounge');
  const bob = await world.native('bob');
  const { channel } = await bob.session.join('lounge');
  const phone = await world.user({ resource: 'phone' });
  const desk = await world.user({ name: phone.name, resource: 'desk' });
  const out = { type: 'cancel', condition: 'not-acceptable' };

  await expect(ping(phone, `${room}/alice`)).rejects.toMatchObject(out);
  await phone.join(room, 'alice');
  await ping(phone, `${room}/alice`);
  // The other client of the same user is not in the room.
  await expect(ping(desk, `${room}/alice`)).rejects.toMatchObject(out);
  await desk.join(room, 'alice');
  await ping(desk, `${room}/alice`);

  // Others: through SILC, or there is nobody of that name.
  await ping(phone, `${room}/bob`);
  await expect(ping(phone, `${room}/nobody`)).rejects.toMatchObject({ condition: 'item-not-found' });
  await bob.session.leave(channel.id);
  await phone.expect({ from: `${room}/bob`, type: 'unavailable' });
  await expect(ping(phone, `${room}/bob`)).rejects.toMatchObject({ condition: 'item-not-found' });

  await sendNick(phone, room, 'alicia');
  await phone.expect({ from: `${room}/alicia`, type: null });
  await ping(phone, `${room}/alicia`);

  await phone.leave(room, 'alicia');
  await expect(ping(phone, `${room}/alicia`)).rejects.toMatchObject(out);
  await ping(desk, `${room}/alicia`);
  // The room and the gateway answer anybody.
  await ping(phone, room);
  await ping(phone, world.gw);
});
