import { expect } from 'vitest';
import { configure, listItems, occupantPresence, setAffiliation } from '../support/rooms.js';
import { scenario } from '../support/scenario.js';

// Ownership is shared by the founder key of the channel: without it there is one founder, and the others are operators.
scenario(
  'an owner is admin while the channel has no founder key, and owner again when it has one',
  async (world) => {
    const room = world.room('lounge');
    const [alice, bob] = [await world.user(), await world.user()];
    await alice.join(room, 'alice');
    await bob.join(room, 'bob');
    await setAffiliation(alice, room, { jid: bob.bare }, 'owner');
    await bob.expect({ name: 'presence', from: `${room}/bob` });
    const as = (affiliation: string): string =>
      occupantPresence({
        ...{ from: `${room}/bob`, to: bob.full, affiliation, role: 'moderator' },
        ...{ jid: world.silcUser('bob'), codes: [110], hats: ['Operator'] },
      });
    const listed = async (affiliation: string): Promise<unknown> => {
      const items = await listItems(alice, room, { affiliation });
      return items.map(({ attrs }) => attrs['nick']);
    };

    await configure(alice, room, { 'muc#roomconfig_persistentroom': '0' });
    await bob.expectSequence([as('admin'), { name: 'message', status: [104] }]);
    expect([await listed('owner'), await listed('admin')]).toEqual([['alice'], ['bob']]);
    await expect(configure(bob, room, { 'muc#roomconfig_roomname': 'Mine' })).rejects.toMatchObject({
      condition: 'forbidden',
    });

    await configure(alice, room, { 'muc#roomconfig_persistentroom': '1' });
    await bob.expect(as('owner'));
    expect([await listed('owner'), await listed('admin')]).toEqual([['alice', 'bob'], []]);
    await configure(bob, room, { 'muc#roomconfig_roomname': 'Ours' });
  },
);
