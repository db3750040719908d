import { expect } from 'vitest';
import { occupantIdOf, occupantPresence } from '../support/rooms.js';
import { scenarioEverywhere } from '../support/scenario.js';

scenarioEverywhere(
  'a new nick of a SILC user is a 303 and a new name, and the occupant stays the same',
  async (world) => {
    const room = world.room('lounge');
    const bob = await world.native('bob');
    const { channel } = await bob.session.join('lounge');
    const alice = await world.user();
    const { occupants } = await alice.join(room, 'alice');

    await bob.session.nick('robert');
    const owner = { to: alice.full, affiliation: 'owner', role: 'moderator' };
    const [gone, come] = await alice.expectSequence([
      occupantPresence({
        ...owner,
        from: `${room}/bob`,
        unavailable: true,
        jid: world.silcUser('bob'),
        nick: 'robert',
        codes: [303],
      }),
      occupantPresence({ ...owner, from: `${room}/robert`, jid: world.silcUser('robert') }),
    ]);
    const ids = new Set(
      [...occupants, gone, come].map((stanza) => (stanza ? occupantIdOf(stanza) : undefined)),
    );
    expect(ids.size).toBe(1);

    await bob.session.say(channel.id, 'new name, same person');
    await alice.expectSequence([{ from: `${room}/robert`, body: 'new name, same person' }]);
    await alice.tell(`${room}/robert`, 'hello there');
    await bob.log.find('private-message', ({ message }) => message.text === 'hello there');
    await alice.tell(`${room}/bob`, 'and you?');
    await alice.expectSequence([{ from: `${room}/bob`, type: 'error', error: 'item-not-found' }]);

    // A nick that somebody else has: the later holder is marked.
    await bob.session.nick('alice');
    const [, marked] = await alice.expectSequence([
      { from: `${room}/robert`, type: 'unavailable', status: [303] },
      { name: 'presence', type: null, status: [] },
    ]);
    expect(marked?.attrs.from).toMatch(/\/alice\*.+$/);
    await alice.expectNothing(world.gw);
  },
);
