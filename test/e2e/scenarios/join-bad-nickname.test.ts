import { expect } from 'vitest';
import { refusedJoin } from '../support/rooms.js';
import { scenario } from '../support/scenario.js';

scenario(
  'a nickname that SILC cannot carry is refused by name, whether or not there is a session',
  async (world) => {
    const room = world.room('lounge');
    const alice = await world.user();
    const bad = ['al,ice', 'a@b', 'what?', 'n'.repeat(129)];
    for (const nick of bad) {
      const refusal = await refusedJoin(alice, room, nick);
      expect(refusal).toMatchObject({ type: 'modify', condition: 'jid-malformed' });
      expect(refusal.text).toContain(nick);
    }
    await alice.join(room, 'alice');
    const other = world.room('kitchen');
    for (const nick of bad) {
      expect(await refusedJoin(alice, other, nick)).toMatchObject({ condition: 'jid-malformed' });
    }
    await alice.expectNothing(world.gw);
  },
);
