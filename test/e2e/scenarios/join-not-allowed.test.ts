import { expect } from 'vitest';
import { refusedJoin } from '../support/rooms.js';
import { scenario } from '../support/scenario.js';

const refusal = { type: 'auth', condition: 'forbidden' };

scenario(
  'a user on the deny list is refused, others of the domain are not',
  async (world) => {
    const room = world.room('lounge');
    const mallory = await world.user({ name: 'access-denied' });
    expect(await refusedJoin(mallory, room, 'mallory')).toMatchObject(refusal);
    await expect(mallory.barrier(world.gw)).resolves.toBeUndefined();

    const alice = await world.user();
    const { occupants } = await alice.join(room, 'alice');
    expect(occupants).toEqual([]);
    await mallory.expectNothing(world.gw);
  },
  { config: { access: { deny: ['access-denied@localhost'] } } },
);

scenario(
  'with an allow list, nobody else gets in',
  async (world) => {
    const room = world.room('lounge');
    const guest = await world.user();
    expect(await refusedJoin(guest, room, 'guest')).toMatchObject(refusal);
    const alice = await world.user({ name: 'access-allowed' });
    await alice.join(room, 'alice');
    await guest.expectNothing(world.gw);
  },
  { config: { access: { allow: ['access-allowed@localhost', 'elsewhere.example'] } } },
);
