import { expect } from 'vitest';
import { occupantPresence, setRole } from '../support/rooms.js';
import { loungeOfAlice } from '../support/openings.js';
import { scenarioEverywhere } from '../support/scenario.js';

scenarioEverywhere(
  'a Jabber founder kicks a SILC and a Jabber user; the answer comes after the fact',
  async (world) => {
    const { room, alice, bob, channel, carol } = await loungeOfAlice(world);
    const kicked = (nick: string, to: string, reason: string | undefined, codes: readonly number[]): string =>
      occupantPresence({
        from: `${room}/${nick}`,
        to,
        unavailable: true,
        affiliation: 'none',
        role: 'none',
        jid: world.silcUser(nick),
        actor: 'alice',
        ...(reason === undefined ? {} : { reason }),
        codes,
      });

    await setRole(alice, room, 'bob', 'none', 'enough');
    // The removal had been seen when the answer came.
    const [removal, answer] = alice.received.slice(-2);
    expect([removal?.name, removal?.attrs.from]).toEqual(['presence', `${room}/bob`]);
    expect([answer?.name, answer?.attrs.type]).toEqual(['iq', 'result']);
    await alice.expectSequence([kicked('bob', alice.full, 'enough', [307])]);
    await carol.expectSequence([kicked('bob', carol.full, 'enough', [307])]);
    const { cause, self } = await bob.log.find('member-left');
    expect(self).toBe(true);
    expect(cause).toMatchObject({ kind: 'kicked', comment: 'enough', by: { nickname: 'alice' } });
    expect(bob.session.channels.size).toBe(0);

    await setRole(alice, room, 'carol', 'none');
    await alice.expectSequence([kicked('carol', alice.full, undefined, [307])]);
    await carol.expectSequence([kicked('carol', carol.full, undefined, [307, 110])]);

    // A reason longer than SILC carries is shortened there: the server would drop all of it. Local users read all of it.
    await bob.session.join('lounge');
    await alice.expect({ from: `${room}/bob`, type: null });
    await setRole(alice, room, 'bob', 'none', 'ä'.repeat(100));
    await alice.expectSequence([kicked('bob', alice.full, 'ä'.repeat(100), [307])]);
    const [, shortened] = bob.log.of('member-left');
    expect(shortened?.cause).toMatchObject({ comment: 'ä'.repeat(64) });

    await expect(setRole(alice, room, 'bob', 'none')).rejects.toMatchObject({ condition: 'item-not-found' });
    await expect(setRole(alice, room, 'alice', 'none')).rejects.toMatchObject({ condition: 'not-allowed' });
    await alice.expectNothing(world.gw);
    await carol.expectNothing(world.gw);
    expect(channel.name).toBe('lounge');
  },
);
