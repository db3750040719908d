import { expect } from 'vitest';
import { listItems, occupantPresence, refusedJoin, setAffiliation } from '../support/rooms.js';
import { scenarioEverywhere } from '../support/scenario.js';

// A ban of XEP-0045, 9.1, is an entry in SILC's ban list and a kick; the occupants see 301.
scenarioEverywhere('a Jabber founder bans, lists and unbans SILC and Jabber users', async (world) => {
  const room = world.room('lounge');
  const alice = await world.user();
  await alice.join(room, 'alice');
  const bob = await world.native('bob');
  await bob.session.join('lounge');
  const carol = await world.user();
  await carol.join(room, 'carol');
  await alice.expect({ from: `${room}/bob` });
  await alice.expect({ from: `${room}/carol` });
  const banned = (nick: string, to: string, reason: string | undefined, codes: readonly number[]): string =>
    occupantPresence({
      from: `${room}/${nick}`,
      to,
      unavailable: true,
      affiliation: 'outcast',
      role: 'none',
      jid: world.silcUser(nick),
      actor: 'alice',
      ...(reason === undefined ? {} : { reason }),
      codes,
    });

  await setAffiliation(alice, room, { nick: 'bob' }, 'outcast', 'for good');
  await alice.expectSequence([banned('bob', alice.full, 'for good', [301])]);
  await carol.expectSequence([banned('bob', carol.full, 'for good', [301])]);
  await bob.log.find('member-left', ({ self }) => self);
  await expect(bob.session.join('lounge')).rejects.toMatchObject({ code: 'command' });

  await setAffiliation(alice, room, { jid: world.silcUser('carol') }, 'outcast');
  await alice.expectSequence([banned('carol', alice.full, undefined, [301])]);
  await carol.expectSequence([banned('carol', carol.full, undefined, [301, 110])]);
  expect(await refusedJoin(carol, room, 'carol')).toMatchObject({ type: 'auth', condition: 'forbidden' });

  // Somebody who is not there can be banned, too.
  await setAffiliation(alice, room, { jid: world.silcUser('dave') }, 'outcast');
  const outcasts = await listItems(alice, room, { affiliation: 'outcast' });
  expect(outcasts).toEqual(
    ['bob', 'carol', 'dave'].map((nick) => ({
      attrs: { affiliation: 'outcast', jid: world.silcUser(nick) },
      reason: nick === 'bob' ? 'for good' : null,
    })),
  );

  for (const nick of ['bob', 'carol']) {
    await setAffiliation(alice, room, { jid: world.silcUser(nick) }, 'none');
  }
  const left = await listItems(alice, room, { affiliation: 'outcast' });
  expect(left.map(({ attrs }) => attrs['jid'])).toEqual([world.silcUser('dave')]);
  await bob.session.join('lounge');
  await carol.join(room, 'carol');
  await alice.expectSequence([
    { from: `${room}/bob`, type: null, status: [] },
    { from: `${room}/carol`, type: null, status: [] },
  ]);
  // A kick after a ban was lifted is a kick.
  await expect(setAffiliation(alice, room, { nick: 'alice' }, 'outcast')).rejects.toMatchObject({
    condition: 'conflict',
  });
  await alice.expectNothing(world.gw);
  await carol.expectNothing(world.gw);
});
