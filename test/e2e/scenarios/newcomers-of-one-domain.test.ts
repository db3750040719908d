import { expect } from 'vitest';
import { refusedJoin } from '../support/rooms.js';
import { scenario } from '../support/scenario.js';

// Contract 6: no domain can take everything; who has been here before is not held up by those who come for the first time.
scenario(
  'newcomers beyond the limit of their domain are told so, and nobody else is',
  async (world) => {
    const room = world.room('lounge');
    const [alice, carol, dora] = [await world.user(), await world.user(), await world.user()];
    await alice.join(room, 'alice');
    await carol.join(room, 'carol');
    expect(await refusedJoin(dora, room, 'dora')).toMatchObject({
      type: 'wait',
      condition: 'resource-constraint',
      text: expect.stringMatching(/Try again in \d+ seconds\./) as string,
    });
    // Alice is no newcomer any more.
    await alice.leave(room, 'alice');
    await alice.join(room, 'alice');
    await carol.expect({ from: `${room}/alice`, type: null });
  },
  { config: { limits: { new_users_per_hour: 2 } } },
);
