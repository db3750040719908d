import { expect } from 'vitest';
import { keyPairNamed } from '../../support/silc-world.js';
import { setRole } from '../support/rooms.js';
import { scenario } from '../support/scenario.js';

scenario('of two people with one nick, a role or a kick meets the one who was named', async (world) => {
  const room = world.room('lounge');
  const alice = await world.user();
  await alice.join(room, 'alice');
  const first = await world.native('bob');
  await first.session.join('lounge');
  await alice.expect({ from: `${room}/bob` });
  const second = await world.native('bob', { keyPair: keyPairNamed('another bob') });
  await second.session.join('lounge');
  const shown = await alice.expect({ name: 'presence', type: null });
  const marked = shown.attrs.from ?? '';
  const name = marked.slice(marked.indexOf('/') + 1);

  await setRole(alice, room, name, 'visitor');
  await alice.expectSequence([{ from: marked, type: null }]);
  await setRole(alice, room, name, 'none', 'the second one');
  await alice.expectSequence([{ from: marked, type: 'unavailable', status: [307] }]);
  await second.log.find('member-left', ({ self }) => self);
  await first.session.ping();
  expect(first.session.channels.size).toBe(1);
  expect(first.log.of('member-left').map(({ self }) => self)).toEqual([false]);

  // By the address that both have, nobody is meant.
  await second.session.join('lounge');
  await alice.expect({ from: marked, type: null });
  await setRole(alice, room, 'bob', 'none');
  await alice.expectSequence([{ from: `${room}/bob`, type: 'unavailable', status: [307] }]);
  await first.log.find('member-left', ({ self }) => self);
  await alice.expectNothing(world.gw);
});
