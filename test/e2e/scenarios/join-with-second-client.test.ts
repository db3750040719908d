import { expect } from 'vitest';
import { occupantPresence } from '../support/rooms.js';
import { scenarioEverywhere } from '../support/scenario.js';

// Contract 3: the second client is shown everything, alone; SILC knows one user and sees nothing.
scenarioEverywhere(
  'a second client of a user gets the whole replay alone, and SILC sees nothing',
  async (world) => {
    const room = world.room('lounge');
    const bob = await world.native('bob');
    const { channel } = await bob.session.join('lounge');
    await bob.session.setTopic(channel.id, 'One session for all clients');
    const phone = await world.user({ resource: 'phone' });
    await phone.join(room, 'alice');
    await bob.log.find('member-joined');
    bob.log.clear();

    const desk = await world.user({ name: phone.name, resource: 'desk' });
    await desk.sendJoin(room, 'alice');
    await desk.expectSequence([
      occupantPresence({
        from: `${room}/bob`,
        to: desk.full,
        affiliation: 'owner',
        role: 'moderator',
        jid: world.silcUser('bob'),
      }),
      occupantPresence({
        from: `${room}/alice`,
        to: desk.full,
        affiliation: 'none',
        role: 'participant',
        jid: world.silcUser('alice'),
        codes: [110],
      }),
      { name: 'message', to: desk.full, type: 'groupchat', subject: 'One session for all clients' },
    ]);
    await phone.expectNothing(world.gw);

    // From now on both hear the same, the own lines included.
    await bob.session.say(channel.id, 'for both');
    for (const client of [phone, desk]) {
      await client.expectSequence([{ from: `${room}/bob`, to: client.full, body: 'for both' }]);
    }
    const id = await desk.say(room, 'from the desk');
    for (const client of [phone, desk]) {
      await client.expectSequence([{ from: `${room}/alice`, to: client.full, body: 'from the desk', id }]);
      await client.expectNothing(world.gw);
    }
    await bob.log.find('channel-message');
    expect(bob.log.events.map(({ type }) => type)).toEqual(['channel-message']);
    expect(channel.members.size).toBe(2);
  },
);
