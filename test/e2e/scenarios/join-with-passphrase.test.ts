import { expect } from 'vitest';
import { ChannelMode } from '../../../src/silc/modes.js';
import { refusedJoin } from '../support/rooms.js';
import { scenarioEverywhere } from '../support/scenario.js';

scenarioEverywhere(
  'a channel with a passphrase refuses a wrong one and takes the right one',
  async (world) => {
    const room = world.room('vault');
    const bob = await world.native('bob');
    const { channel } = await bob.session.join('vault');
    await bob.session.setChannelMode(channel.id, { set: ChannelMode.passphrase, passphrase: 'open sesame' });

    const alice = await world.user();
    const refusal = { type: 'auth', condition: 'not-authorized' };
    expect(await refusedJoin(alice, room, 'alice')).toMatchObject(refusal);
    expect(await refusedJoin(alice, room, 'alice', { password: 'Open Sesame' })).toMatchObject(refusal);
    expect(bob.log.of('member-joined')).toEqual([]);

    const { occupants } = await alice.join(room, 'alice', { password: 'open sesame' });
    expect(occupants.map(({ attrs }) => attrs.from)).toEqual([`${room}/bob`]);
    await bob.log.find('member-joined', ({ member }) => member.user.nickname === 'alice');
    await alice.expectNothing(world.gw);
  },
);
