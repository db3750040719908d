import { expect } from 'vitest';
import { refusedJoin } from '../support/rooms.js';
import { scenario } from '../support/scenario.js';

// Names that a JID can have and a SILC channel cannot: symbols, and more than 256 octets.
scenario(
  'a room whose name no SILC channel can have is refused, and nothing is opened for it',
  async (world) => {
    const alice = await world.user();
    for (const name of ['snow\u2603', '\u2192', 'x'.repeat(257)]) {
      expect(await refusedJoin(alice, world.room(name), 'alice')).toMatchObject({
        type: 'modify',
        condition: 'jid-malformed',
      });
    }
    // A user's address is no room.
    expect(await refusedJoin(alice, world.silcUser('bob'), 'alice')).toMatchObject({
      type: 'modify',
      condition: 'jid-malformed',
    });
    await alice.expectNothing(world.gw);

    const bob = await world.native('bob');
    expect(await bob.session.whois('alice')).toEqual([]);
    await alice.join(world.room('plain'), 'alice');
  },
);
