import { expect } from 'vitest';
import { occupantPresence } from '../support/rooms.js';
import { scenarioEverywhere } from '../support/scenario.js';

scenarioEverywhere(
  'when one of two clients leaves, only that one is told, and SILC sees nothing',
  async (world) => {
    const room = world.room('lounge');
    const bob = await world.native('bob');
    const { channel } = await bob.session.join('lounge');
    const phone = await world.user({ resource: 'phone' });
    const desk = await world.user({ name: phone.name, resource: 'desk' });
    await phone.join(room, 'alice');
    await desk.join(room, 'alice');
    await bob.log.find('member-joined');
    bob.log.clear();

    const gone = await phone.leave(room, 'alice', 'good night');
    expect(gone.attrs.to).toBe(phone.full);
    await phone.expectNothing(world.gw);
    await desk.expectNothing(world.gw);

    await bob.session.say(channel.id, 'who is left?');
    await desk.expectSequence([{ from: `${room}/bob`, body: 'who is left?' }]);
    await desk.say(room, 'I am');
    await bob.log.find('channel-message');
    expect(bob.log.events.map(({ type }) => type)).toEqual(['channel-message']);
    await phone.expectNothing(world.gw);

    // The one that left can come back, and the other notices nothing.
    await desk.expect({ from: `${room}/alice`, body: 'I am' });
    await phone.sendJoin(room, 'alice');
    await phone.expectSequence([
      { from: `${room}/bob`, type: null },
      occupantPresence({
        from: `${room}/alice`,
        to: phone.full,
        affiliation: 'none',
        role: 'participant',
        jid: world.silcUser('alice'),
        codes: [110],
      }),
      { name: 'message', subject: '' },
    ]);
    await desk.expectNothing(world.gw);
  },
);
