import { expect } from 'vitest';
import { occupantPresence } from '../support/rooms.js';
import { scenario } from '../support/scenario.js';

// KILLED is final: the gateway does not bring anybody back whom an operator has thrown out; the user may.
scenario(
  'a Jabber user whom an operator kills is out of every room with 307, and back when joining again',
  async (world) => {
    const [lounge, garden] = [world.room('lounge'), world.room('garden')];
    const root = await world.native('root');
    await root.session.join('lounge');
    await root.session.operator.silcoper('root', { passphrase: 'opensesame' });
    const alice = await world.user();
    await alice.join(lounge, 'alice');
    await alice.join(garden, 'alice');
    const { member } = await root.log.find('member-joined');

    await root.session.operator.kill(member.user.clientId, 'enough');
    const out = (room: string) =>
      occupantPresence({
        from: `${room}/alice`,
        to: alice.full,
        unavailable: true,
        affiliation: 'none',
        role: 'none',
        jid: world.silcUser('alice'),
        actor: 'root',
        reason: 'enough',
        codes: [307, 110],
      });
    await alice.expectSequence([out(lounge), out(garden)]);
    await root.log.find('member-left', ({ cause }) => cause.kind === 'killed');

    await alice.join(lounge, 'alice');
    await root.log.find('member-joined', ({ member: { user } }) => user !== member.user);
    expect(root.log.of('member-joined')).toHaveLength(2);
    await alice.expectNothing(world.gw);
  },
  { silc: { operators: new Map([['root', { passphrase: 'opensesame', router: true }]]) } },
);
