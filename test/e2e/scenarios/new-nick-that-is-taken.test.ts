import { expect } from 'vitest';
import { occupantPresence, sendNick } from '../support/rooms.js';
import { scenario } from '../support/scenario.js';

// XEP-0045, 7.6: whoever asks for a nickname that somebody has gets a name with a mark, and 210 says that it is not the one asked for.
scenario('a change to a nickname that is taken gives another name, and says so', async (world) => {
  const room = world.room('lounge');
  const bob = await world.native('bob');
  await bob.session.join('lounge');
  const [alice, carol] = [await world.user(), await world.user()];
  await alice.join(room, 'alice');
  await carol.join(room, 'carol');
  await alice.expect({ from: `${room}/carol` });

  await sendNick(alice, room, 'bob');
  const gone = await alice.expect({ name: 'presence', type: 'unavailable', from: `${room}/alice` });
  const item = gone.getChild('x', 'http://jabber.org/protocol/muc#user')?.getChild('item');
  const name = item?.attrs.nick ?? '';
  expect(name).toMatch(/^bob\*.+/);
  const standing = { affiliation: 'none', role: 'participant' };
  const of = { from: `${room}/alice`, unavailable: true, nick: name, jid: world.silcUser('alice') };
  const address = `${name}!@${world.gw}`;
  for (const [user, own] of [
    [alice, [110]],
    [carol, []],
  ] as const) {
    const to = user.full;
    if (user === carol) await carol.expect(occupantPresence({ ...of, ...standing, to, codes: [303] }));
    const codes = own.length > 0 ? [...own, 210] : [];
    await user.expect(occupantPresence({ from: `${room}/${name}`, to, ...standing, jid: address, codes }));
  }
  expect(gone.toString()).toContain('code="303"');
  expect(gone.toString()).toContain('code="110"');

  // On SILC there are two of that nickname, each with the own lines.
  await bob.session.ping();
  const members = [...(bob.session.channelByName('lounge')?.members.values() ?? [])];
  expect(members.filter(({ user }) => user.nickname === 'bob')).toHaveLength(2);
  await carol.expectNothing(world.gw);
});
