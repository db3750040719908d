import { expect } from 'vitest';
import { configure, listItems, setAffiliation, setRole } from '../support/rooms.js';
import { scenario } from '../support/scenario.js';

// Affiliations last longer than a visit. SILC has operators while they are there, and one founder's seat: owners share it.
scenario(
  'admins and owners are what they are made, absent or present, and after a restart',
  async (world) => {
    const room = world.room('lounge');
    const alice = await world.user();
    await alice.join(room, 'alice');
    const carol = await world.user();
    const dora = await world.user();
    const standing = async (user: typeof alice, nick: string): Promise<string> => {
      const { self } = await user.join(room, nick);
      const item = self.getChild('x', 'http://jabber.org/protocol/muc#user')?.getChild('item');
      return item?.attrs.affiliation ?? '';
    };
    const isModerator = (nick: string) => (stanza: { toString(): string; attrs: { from?: string } }) =>
      stanza.attrs.from === `${room}/${nick}` && stanza.toString().includes('role="moderator"');

    await setAffiliation(alice, room, { jid: carol.bare }, 'admin');
    await setAffiliation(alice, room, { jid: dora.bare }, 'owner', 'helps out');
    expect(await listItems(alice, room, { affiliation: 'admin' })).toEqual([
      { attrs: { affiliation: 'admin', jid: carol.bare }, reason: null },
    ]);
    expect(await listItems(alice, room, { affiliation: 'owner' })).toEqual([
      { attrs: { affiliation: 'owner', jid: alice.bare, nick: 'alice', role: 'moderator' }, reason: null },
      { attrs: { affiliation: 'owner', jid: dora.bare }, reason: 'helps out' },
    ]);

    expect(await standing(carol, 'carol')).toBe('admin');
    expect(await standing(dora, 'dora')).toBe('owner');
    await alice.expect(isModerator('carol'));
    await alice.expect(isModerator('dora'));

    // An admin is no match for owners; an owner configures the room, though SILC's founder was another one.
    await carol.expect(isModerator('dora'));
    const notAllowed = { type: 'cancel', condition: 'not-allowed' };
    await expect(setAffiliation(carol, room, { jid: alice.bare }, 'outcast')).rejects.toMatchObject(
      notAllowed,
    );
    await expect(setRole(carol, room, 'dora', 'participant')).rejects.toMatchObject(notAllowed);
    await expect(setAffiliation(carol, room, { jid: carol.bare }, 'owner')).rejects.toMatchObject({
      type: 'auth',
      condition: 'forbidden',
    });
    await configure(dora, room, { 'muc#roomconfig_moderatedroom': '1' });
    for (const user of [alice, carol, dora]) await user.expect({ from: room, status: [104] });
    await configure(alice, room, { 'muc#roomconfig_moderatedroom': '0' });
    for (const user of [alice, carol, dora]) await user.expect({ from: room, status: [104] });

    // The last owner stays; with another one there the founder may go, and comes back as anybody.
    await setAffiliation(dora, room, { jid: dora.bare }, 'admin');
    await expect(setAffiliation(alice, room, { jid: alice.bare }, 'none')).rejects.toMatchObject({
      type: 'cancel',
      condition: 'conflict',
    });
    await setAffiliation(alice, room, { jid: dora.bare }, 'owner');
    await setAffiliation(alice, room, { jid: alice.bare }, 'none');
    expect(await listItems(dora, room, { affiliation: 'owner' })).toEqual([
      { attrs: { affiliation: 'owner', jid: dora.bare, nick: 'dora', role: 'moderator' }, reason: null },
    ]);
    await alice.leave(room, 'alice');
    // Whose hat the founder's is has changed several times.
    await alice.barrier(world.gw);
    alice.takeAll();
    expect(await standing(alice, 'alice')).toBe('none');
    // Dora holds the founder's key now: by it she comes back, past what keeps others out.
    await setAffiliation(dora, room, { jid: alice.bare }, 'member');
    await configure(dora, room, { 'muc#roomconfig_membersonly': '1' });
    for (const user of [alice, carol, dora]) await user.expect({ from: room, status: [104] });
    await dora.leave(room, 'dora');
    expect(await standing(dora, 'dora')).toBe('owner');
    await configure(dora, room, { 'muc#roomconfig_membersonly': '0' });
    for (const user of [alice, carol, dora]) await user.expect({ from: room, status: [104] });
    await setAffiliation(dora, room, { jid: alice.bare }, 'none');

    for (const [user, nick] of [
      [alice, 'alice'],
      [carol, 'carol'],
      [dora, 'dora'],
    ] as const) {
      await user.leave(room, nick);
      // Who was shown as a member of the channel for invited users, and who no more.
      await user.barrier(world.gw);
      user.takeAll();
    }
    await world.stopGateway();
    await world.startGateway();
    expect(await standing(alice, 'alice')).toBe('none');
    expect(await standing(carol, 'carol')).toBe('admin');
    expect(await standing(dora, 'dora')).toBe('owner');
    // Carol came before anybody who could make her operator: she took the founder's seat for a moment.
    const moderators = await listItems(dora, room, { role: 'moderator' });
    expect(new Set(moderators.map(({ attrs }) => attrs['nick']))).toEqual(new Set(['carol', 'dora']));
    await configure(dora, room, { 'muc#roomconfig_moderatedroom': '1' });
    await dora.expect({ from: room, status: [104] });
  },
);
