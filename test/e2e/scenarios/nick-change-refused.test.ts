import { expect } from 'vitest';
import { refusalOf, sendNick } from '../support/rooms.js';
import { scenario } from '../support/scenario.js';

scenario('a nick of which SILC can carry nothing is refused, and the old one stays', async (world) => {
  const room = world.room('lounge');
  const bob = await world.native('bob');
  await bob.session.join('lounge');
  const alice = await world.user();
  await alice.join(room, 'alice');

  for (const nick of [',,,', '*@*']) {
    await sendNick(alice, room, nick);
    const [error] = await alice.expectSequence([
      { name: 'presence', type: 'error', from: `${room}/${nick}`, to: alice.full },
    ]);
    const refusal = error === undefined ? undefined : refusalOf(error);
    expect(refusal).toMatchObject({ type: 'modify', condition: 'jid-malformed' });
    expect(refusal?.text).toContain(nick);
  }
  await alice.say(room, 'unchanged');
  await alice.expectSequence([{ from: `${room}/alice`, body: 'unchanged' }]);
  await alice.expectNothing(world.gw);
  expect(bob.log.of('nick-changed')).toEqual([]);

  // Who is not in the room is told so, not renamed (XEP-0045, 7.2.1).
  const stranger = await world.user();
  await sendNick(stranger, room, 'stranger');
  await stranger.expectSequence([{ from: `${room}/stranger`, type: 'unavailable', status: [110, 307, 333] }]);
  await stranger.expectNothing(world.gw);
});
