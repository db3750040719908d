import { expect } from 'vitest';
import { occupantPresence } from '../support/rooms.js';
import { scenario } from '../support/scenario.js';
import { loungeOfBob } from '../support/openings.js';

// As in other rooms (XEP-0045, 7.6): some clients change the nickname by another join, to the room that they are in.
scenario('a join under another name, by a client that is in the room, changes the name', async (world) => {
  const { room, alice, bob, carol } = await loungeOfBob(world);
  await alice.sendJoin(room, 'alicia');
  const standing = { affiliation: 'none', role: 'participant' };
  const change = (to: string, own: boolean): string[] => [
    occupantPresence({
      ...{ from: `${room}/alice`, to, unavailable: true, ...standing, jid: world.silcUser('alice') },
      ...{ nick: 'alicia', codes: own ? [303, 110] : [303] },
    }),
    occupantPresence({
      ...{ from: `${room}/alicia`, to, ...standing, jid: world.silcUser('alicia') },
      codes: own ? [110] : [],
    }),
  ];
  await alice.expectSequence(change(alice.full, true));
  await carol.expectSequence(change(carol.full, false));
  const { user, oldNickname } = await bob.log.find('nick-changed');
  expect([oldNickname, user.nickname]).toEqual(['alice', 'alicia']);
  expect(bob.log.of('member-left')).toEqual([]);
  await alice.say(room, 'it is still me');
  for (const one of [alice, carol]) await one.expect({ from: `${room}/alicia`, body: 'it is still me' });
});
