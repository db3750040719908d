import { expect } from 'vitest';
import { keyPairNamed } from '../../support/silc-world.js';
import { occupantIdOf } from '../support/rooms.js';
import { scenario } from '../support/scenario.js';

// Contract 1: SILC nicknames are not unique. The first holder keeps the nick, a later one gets a lasting suffix.
scenario('two people called bob are two occupants, each with the own lines', async (world) => {
  const room = world.room('lounge');
  const first = await world.native('bob');
  const { channel } = await first.session.join('lounge');
  const alice = await world.user();
  const { occupants } = await alice.join(room, 'alice');
  const [shown] = occupants;
  expect(shown?.attrs.from).toBe(`${room}/bob`);

  const second = await world.native('bob', { keyPair: keyPairNamed('another bob') });
  await second.session.join('lounge');
  const arrived = await alice.expect({ name: 'presence', type: null, status: [] });
  const marked = arrived.attrs.from ?? '';
  expect(marked).toMatch(/^lounge@[^/]+\/bob\*.+$/);
  expect(shown === undefined ? undefined : occupantIdOf(shown)).toMatch(/.+/);
  expect(occupantIdOf(arrived)).not.toBe(shown === undefined ? undefined : occupantIdOf(shown));

  // Each line comes from the one who said it, with the occupant's id.
  await first.session.say(channel.id, 'I am the first');
  // Two connections have no order among each other before the server has passed the line on.
  await second.log.find('channel-message');
  await second.session.say(channel.id, 'I am the second');
  const [one, two] = await alice.expectSequence([
    { from: `${room}/bob`, body: 'I am the first' },
    { from: marked, body: 'I am the second' },
  ]);
  expect(one === undefined ? undefined : occupantIdOf(one)).toBe(
    shown === undefined ? undefined : occupantIdOf(shown),
  );
  expect(two === undefined ? undefined : occupantIdOf(two)).toBe(occupantIdOf(arrived));

  // When the first goes, nobody takes over the name, and a replay shows the second as before.
  await first.session.leave(channel.id);
  await alice.expectSequence([{ from: `${room}/bob`, type: 'unavailable' }]);
  const again = await alice.join(room, 'alice');
  expect(again.occupants.map(({ attrs }) => attrs.from)).toEqual([marked]);

  // The same person gets the same suffix when coming back second.
  await first.session.join('lounge');
  const [back] = await alice.expectSequence([{ name: 'presence', type: null }]);
  const firstMarked = back?.attrs.from ?? '';
  expect(firstMarked).not.toBe(marked);
  await second.session.leave(channel.id);
  await alice.expectSequence([{ from: marked, type: 'unavailable' }]);
  await second.session.join('lounge');
  await alice.expectSequence([{ from: marked, type: null }]);
  await alice.expectNothing(world.gw);
});
