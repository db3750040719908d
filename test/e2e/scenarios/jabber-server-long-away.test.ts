import { expect } from 'vitest';
import { gatewayIsBack } from '../support/jabber-link.js';
import { scenarioWithOwnServer } from '../support/scenario.js';

// The gateway tries again every few seconds, however long the server is away.
scenarioWithOwnServer(
  'a Jabber server that was away for long has its gateway back soon',
  async (world, server) => {
    const user = await world.user();
    const tried = world.jabberProxy.count;
    await server.shutDown();
    await user.ended;
    const attempts = (): number => world.jabberProxy.count - tried;
    await expect.poll(attempts, { timeout: 60_000 }).toBeGreaterThanOrEqual(8);
    await server.startAgain();
    const again = await world.user({ name: user.name });
    await gatewayIsBack(world, again);
    const room = world.room('lounge');
    // Who comes in that very moment may be asked to come once more.
    await again.join(room, 'alice').catch(() => again.join(room, 'alice'));
    await again.say(room, 'back');
    await again.expect({ from: `${room}/alice`, body: 'back' });
  },
  { isJabberProxied: true },
);
