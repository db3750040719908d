import { expect } from 'vitest';
import { xml } from '../../../src/component/stanza.js';
import { configure, listItems, refusedJoin, setAffiliation } from '../support/rooms.js';
import { scenario } from '../support/scenario.js';

const MUC_ADMIN = 'http://jabber.org/protocol/muc#admin';

// Whoever is named by a Jabber address may be away, or never have been here.
scenario(
  'Jabber accounts that are not there are banned, made members, and listed with reasons',
  async (world) => {
    const room = world.room('lounge');
    const alice = await world.user();
    await alice.join(room, 'alice');
    const carol = await world.user();
    const jids = async (affiliation: string): Promise<unknown[]> =>
      (await listItems(alice, room, { affiliation })).map(({ attrs }) => attrs['jid']);

    // Several items at once, of accounts that nobody has seen; a resource makes no difference.
    const item = (jid: string, affiliation: string, reason?: string) =>
      xml('item', { jid, affiliation }, reason === undefined ? undefined : xml('reason', {}, reason));
    await alice.request(
      room,
      'set',
      xml(
        'query',
        { xmlns: MUC_ADMIN },
        item('eve@elsewhere.example/phone', 'outcast', 'spam'),
        item('mallory@elsewhere.example', 'outcast'),
        item(carol.bare, 'outcast', 'not today'),
      ),
    );
    expect(await listItems(alice, room, { affiliation: 'outcast' })).toEqual([
      { attrs: { affiliation: 'outcast', jid: 'eve@elsewhere.example' }, reason: 'spam' },
      { attrs: { affiliation: 'outcast', jid: 'mallory@elsewhere.example' }, reason: null },
      { attrs: { affiliation: 'outcast', jid: carol.bare }, reason: 'not today' },
    ]);
    expect(await refusedJoin(carol, room, 'carol')).toMatchObject({ type: 'auth', condition: 'forbidden' });
    expect(await refusedJoin(carol, room, 'caroline')).toMatchObject({
      type: 'auth',
      condition: 'forbidden',
    });

    await alice.request(
      room,
      'set',
      xml(
        'query',
        { xmlns: MUC_ADMIN },
        item('mallory@elsewhere.example', 'none'),
        item(carol.bare, 'member', 'a friend'),
      ),
    );
    expect(await jids('outcast')).toEqual(['eve@elsewhere.example']);
    expect(await listItems(alice, room, { affiliation: 'member' })).toEqual([
      { attrs: { affiliation: 'member', jid: carol.bare }, reason: 'a friend' },
    ]);

    // A member is let into a channel for invited users, and shown as one; who was one is put out.
    await configure(alice, room, { 'muc#roomconfig_membersonly': '1' });
    await alice.expect({ from: room, status: [104] });
    const dora = await world.user();
    expect(await refusedJoin(dora, room, 'dora')).toMatchObject({ condition: 'registration-required' });
    const { self } = await carol.join(room, 'carol');
    expect(self.toString()).toContain('affiliation="member"');
    await alice.expectSequence([{ from: `${room}/carol`, type: null }]);
    await setAffiliation(alice, room, { jid: carol.bare }, 'none', 'no more');
    for (const user of [alice, carol]) {
      const [gone] = await user.expectSequence([
        { from: `${room}/carol`, type: 'unavailable', status: user === carol ? [321, 110] : [321] },
      ]);
      expect(gone?.toString()).toContain('affiliation="none"');
      expect(gone?.toString()).toContain('no more');
    }
    expect(await refusedJoin(carol, room, 'carol')).toMatchObject({ condition: 'registration-required' });
    expect(await jids('member')).toEqual([]);

    // Nobody bans oneself, and what is no account is refused.
    await expect(setAffiliation(alice, room, { jid: alice.bare }, 'outcast')).rejects.toMatchObject({
      type: 'cancel',
      condition: 'conflict',
    });
    await expect(setAffiliation(alice, room, { jid: 'elsewhere.example' }, 'outcast')).rejects.toMatchObject({
      condition: 'jid-malformed',
    });
    await alice.expectNothing(world.gw);
  },
);
