import { vi } from 'vitest';
import { scenario } from '../support/scenario.js';

const HOUR_MS = 3_600_000;

// Intervals are measured by a clock that nobody sets.
scenario(
  'a system clock that is set back by an hour holds nobody up',
  async (world) => {
    const room = world.room('lounge');
    const bob = await world.native('bob');
    const { channel } = await bob.session.join('lounge');
    const alice = await world.user();
    const carol = await world.user();
    await alice.join(room, 'alice');
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - HOUR_MS });
    try {
      // A new connection, and one that is made again.
      await carol.join(room, 'carol');
      await alice.expect({ name: 'presence', from: `${room}/carol` });
      world.proxy.cut(0);
      world.proxy.bury(0);
      await bob.log.find('member-joined', ({ member }) => member.user.nickname === 'alice');
      await bob.session.say(channel.id, 'what time is it?');
      for (const user of [alice, carol]) await user.expect({ from: `${room}/bob`, body: 'what time is it?' });
      await alice.say(room, 'an hour ago');
      await bob.log.find('channel-message', ({ message }) => message.text === 'an hour ago');
    } finally {
      vi.useRealTimers();
    }
  },
  { isProxied: true },
);
