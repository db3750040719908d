import { expect } from 'vitest';
import { occupantIdOf, occupantPresence, sendNick } from '../support/rooms.js';
import { scenarioEverywhere } from '../support/scenario.js';

// XEP-0045, 7.6: the old name goes with 303 and the new one, the new name comes; to oneself each with 110.
scenarioEverywhere(
  'a new nick is seen by all own clients in all rooms, by other Jabber users and on SILC',
  async (world) => {
    const [lounge, kitchen] = [world.room('lounge'), world.room('kitchen')];
    const bob = await world.native('bob');
    await bob.session.join('lounge');
    const phone = await world.user({ resource: 'phone' });
    const desk = await world.user({ name: phone.name, resource: 'desk' });
    const carol = await world.user();
    const { self } = await phone.join(lounge, 'alice');
    await desk.join(lounge, 'alice');
    await phone.join(kitchen, 'alice');
    await carol.join(lounge, 'carol');
    for (const client of [phone, desk]) await client.expect({ from: `${lounge}/carol`, type: null });

    await sendNick(phone, lounge, 'alicia');
    const change = (
      room: string,
      to: string,
      own: boolean,
      standing = { affiliation: 'none', role: 'participant' },
    ): string[] => [
      occupantPresence({
        from: `${room}/alice`,
        to,
        unavailable: true,
        ...standing,
        jid: world.silcUser('alice'),
        nick: 'alicia',
        codes: own ? [303, 110] : [303],
      }),
      occupantPresence({
        from: `${room}/alicia`,
        to,
        ...standing,
        jid: world.silcUser('alicia'),
        codes: own ? [110] : [],
      }),
    ];
    const owner = { affiliation: 'owner', role: 'moderator' };
    await desk.expectSequence(change(lounge, desk.full, true));
    await carol.expectSequence(change(lounge, carol.full, false));
    // The nick is that of the session: the other room changes with it.
    const seen = await phone.expectSequence([
      ...change(lounge, phone.full, true),
      ...change(kitchen, phone.full, true, owner),
    ]);
    const [, renamed] = seen;
    expect(renamed === undefined ? undefined : occupantIdOf(renamed)).toBe(occupantIdOf(self));
    const { user, oldNickname } = await bob.log.find('nick-changed');
    expect([oldNickname, user.nickname]).toEqual(['alice', 'alicia']);

    await desk.say(lounge, 'it is still me');
    await carol.expectSequence([{ from: `${lounge}/alicia`, body: 'it is still me' }]);
    // The nick one has is no change.
    await sendNick(phone, lounge, 'alicia');
    await phone.expect({ from: `${lounge}/alicia`, body: 'it is still me' });
    for (const client of [phone, carol]) await client.expectNothing(world.gw);
    expect(bob.log.of('nick-changed')).toHaveLength(1);
  },
);
