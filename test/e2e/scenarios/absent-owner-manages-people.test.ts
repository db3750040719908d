import { expect } from 'vitest';
import { xml } from '../../../src/component/stanza.js';
import { listItems, refusedJoin, setAffiliation } from '../support/rooms.js';
import { scenario } from '../support/scenario.js';

const OWNER = 'http://jabber.org/protocol/muc#owner';

// XEP-0045, 9 and 10: the lists of a room are those of its owners and admins, whether or not they are in it.
scenario('owners and admins who are not in the room read and edit its lists, and end it', async (world) => {
  const room = world.room('lounge');
  const alice = await world.user();
  await alice.join(room, 'alice');
  const [carol, dora, eve] = [await world.user(), await world.user(), await world.user()];
  await setAffiliation(alice, room, { jid: carol.bare }, 'owner');
  await setAffiliation(alice, room, { jid: dora.bare }, 'admin', 'helps');
  await alice.leave(room, 'alice');
  const jids = async (reader: typeof alice, affiliation: string): Promise<unknown[]> =>
    (await listItems(reader, room, { affiliation })).map(({ attrs }) => attrs['jid']);

  // An admin who has never been there.
  await setAffiliation(dora, room, { jid: eve.bare }, 'outcast', 'spam');
  expect(await listItems(dora, room, { affiliation: 'outcast' })).toEqual([
    { attrs: { affiliation: 'outcast', jid: eve.bare }, reason: 'spam' },
  ]);
  expect(await refusedJoin(eve, room, 'eve')).toMatchObject({ type: 'auth', condition: 'forbidden' });
  await expect(setAffiliation(dora, room, { jid: eve.bare }, 'admin')).rejects.toMatchObject({
    condition: 'forbidden',
  });
  await expect(listItems(eve, room, { affiliation: 'outcast' })).rejects.toMatchObject({
    type: 'auth',
    condition: 'forbidden',
  });

  // An owner beside the founder, who has never been there either.
  await setAffiliation(carol, room, { jid: eve.bare }, 'member');
  expect(await jids(carol, 'outcast')).toEqual([]);
  expect(await jids(carol, 'member')).toEqual([eve.bare]);
  expect(await jids(carol, 'admin')).toEqual([dora.bare]);
  // The founder was never named by the account, and is shown by the key.
  expect(await jids(carol, 'owner')).toEqual([
    expect.stringMatching(new RegExp(`^key\\*[0-9a-f]{40}!@${world.gw}$`)),
    carol.bare,
  ]);
  expect(await jids(alice, 'owner')).toEqual([alice.bare, carol.bare]);
  await setAffiliation(carol, room, { jid: dora.bare }, 'none');
  await expect(jids(dora, 'outcast')).rejects.toMatchObject({ condition: 'forbidden' });

  // The end, told to those who are there.
  const { self } = await eve.join(room, 'eve');
  expect(self.toString()).toContain('affiliation="member"');
  const bob = await world.native('bob');
  await bob.session.join('lounge');
  await eve.expect({ from: `${room}/bob` });
  const destroy = xml('destroy', {}, xml('reason', {}, 'over'));
  await expect(dora.request(room, 'set', xml('query', { xmlns: OWNER }, destroy))).rejects.toMatchObject({
    condition: 'forbidden',
  });
  await alice.request(room, 'set', xml('query', { xmlns: OWNER }, destroy));
  const end = await eve.expect({ name: 'presence', type: 'unavailable', from: `${room}/eve` });
  expect(end.toString()).toContain('<destroy><reason>over</reason></destroy>');
  expect(await bob.log.find('member-left', (event) => event.self)).toMatchObject({
    cause: { kind: 'kicked', comment: 'over' },
  });
  await expect(jids(alice, 'owner')).rejects.toMatchObject({ condition: 'forbidden' });
  for (const user of [alice, carol, dora]) await user.expectNothing(world.gw);
});
