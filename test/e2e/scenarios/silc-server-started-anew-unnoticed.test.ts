import { expect } from 'vitest';
import { isGap } from '../support/gap.js';
import { scenario } from '../support/scenario.js';

// A link that leads to a server which is no more tells nothing true: who was on that server is not shown to be on the new one.
scenario(
  'a user whose link does not notice that the SILC server was started anew is told by whoever comes next',
  async (world) => {
    const room = world.room('lounge');
    const bob = await world.native('bob');
    await bob.session.join('lounge');
    const alice = await world.user();
    await alice.join(room, 'alice');

    world.proxy.freeze(0);
    const lost = bob.log.find('closed');
    await world.silc.stopServer();
    await lost;
    await world.silc.startServer();
    const carol = await world.user();
    await carol.join(room, 'carol');

    expect(isGap(await alice.expect({ name: 'message', from: room }, undefined, 10_000))).toBe(true);
    await alice.expect({ name: 'presence', from: `${room}/bob`, type: 'unavailable' }, undefined, 10_000);
    const dora = await world.native('dora');
    const { channel } = await dora.session.join('lounge');
    await dora.session.say(channel.id, 'who is here?');
    for (const user of [alice, carol]) await user.expect({ from: `${room}/dora`, body: 'who is here?' });
    await alice.say(room, 'alice is');
    for (const user of [alice, carol]) await user.expect({ from: `${room}/alice`, body: 'alice is' });
    await dora.log.find('channel-message', ({ message }) => message.text === 'alice is');
    expect([...channel.members.values()].map(({ user }) => user.nickname).sort()).toEqual([
      'alice',
      'carol',
      'dora',
    ]);
  },
  { isProxied: true, config: { timeouts: { grace_ms: 20_000 } }, timeoutMs: 60_000 },
);
