import { expect } from 'vitest';
import { loungeOfAlice } from '../support/openings.js';
import { occupantPresence } from '../support/rooms.js';
import { scenario } from '../support/scenario.js';

// A ban is two commands, and a server may hold both back: what was begun in a room is finished before SILC sees one leave.
scenario(
  'somebody who bans and leaves at once has banned and kicked',
  async (world) => {
    const { room, alice, bob, carol } = await loungeOfAlice(world);
    await carol.expectNothing(world.gw);

    alice.write(
      `<iq to='${room}' type='set' id='ban'><query xmlns='http://jabber.org/protocol/muc#admin'>` +
        `<item nick='bob' affiliation='outcast'><reason>for good</reason></item></query></iq>` +
        `<presence to='${room}/alice' type='unavailable'/>`,
    );
    await alice.expect({ name: 'presence', from: `${room}/alice`, type: 'unavailable', status: [110] });
    const { cause } = await bob.log.find('member-left', ({ self }) => self);
    expect(cause).toMatchObject({ kind: 'kicked', comment: 'for good' });
    await carol.expectSequence([
      occupantPresence({
        from: `${room}/bob`,
        to: carol.full,
        unavailable: true,
        affiliation: 'outcast',
        role: 'none',
        jid: world.silcUser('bob'),
        actor: 'alice',
        reason: 'for good',
        codes: [301],
      }),
      { name: 'presence', from: `${room}/alice`, type: 'unavailable', status: [] },
    ]);
    await expect(bob.session.join('lounge')).rejects.toMatchObject({ code: 'command' });
    // The answer to the request is a result, and came.
    await alice.barrier(world.gw);
    const answers = alice.received.filter(({ name, attrs }) => name === 'iq' && attrs.id === 'ban');
    expect(answers.map(({ attrs }) => attrs.type)).toEqual(['result']);
  },
  { silc: { throttle: true } },
);
