import { occupantPresence } from '../support/rooms.js';
import { scenario } from '../support/scenario.js';
import { KilledElsewhere } from '../support/server-faults.js';

// The server that holds the connection says nothing: another user of the gateway hears of it.
scenario(
  'who is killed on another server is told at once by what neighbours hear, and speaks into no void',
  async (world) => {
    const [lounge, garden] = [world.room('lounge'), world.room('garden')];
    const root = await world.native('root');
    const { channel } = await root.session.join('lounge');
    await root.session.operator.silcoper('root', { passphrase: 'opensesame' });
    const alice = await world.user();
    await alice.join(lounge, 'alice');
    const { member } = await root.log.find('member-joined');
    await alice.join(garden, 'alice');
    const carol = await world.user();
    await carol.join(lounge, 'carol');
    await alice.expect({ name: 'presence', from: `${lounge}/carol` });

    const killed = new KilledElsewhere();
    try {
      await root.session.operator.kill(member.user.clientId, 'enough');
    } finally {
      killed.end();
    }
    const out = (room: string, to: string, codes: readonly number[]) =>
      occupantPresence({
        ...{ from: `${room}/alice`, to, unavailable: true, affiliation: 'none', role: 'none' },
        ...{ jid: world.silcUser('alice'), actor: 'root', reason: 'enough', codes },
      });
    await carol.expectSequence([out(lounge, carol.full, [307])]);
    await alice.expectSequence([out(lounge, alice.full, [307, 110]), out(garden, alice.full, [307, 110])]);

    // Nothing is reflected that nobody else gets.
    await alice.say(lounge, 'anybody?');
    await alice.expect({ name: 'message', type: 'error', from: lounge });
    await alice.join(lounge, 'alice');
    await carol.expect({ name: 'presence', from: `${lounge}/alice` });
    await root.session.say(channel.id, 'welcome back');
    for (const user of [alice, carol]) {
      await user.expect({ from: `${lounge}/root`, type: 'groupchat', body: 'welcome back' });
      await user.expectNothing(world.gw);
    }
  },
  { silc: { operators: new Map([['root', { passphrase: 'opensesame', router: true }]]) } },
);
