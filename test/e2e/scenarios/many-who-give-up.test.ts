import { xml } from '../../../src/component/stanza.js';
import { scenario } from '../support/scenario.js';

const IMPATIENT = 12;

// Contract 2: nobody who gives up moves others back, here where the operator has set a pace.
scenario(
  'users who give up before they are connected cost those behind them nothing',
  async (world) => {
    const room = world.room('lounge');
    const crowd = await Promise.all(Array.from({ length: IMPATIENT }, () => world.user()));
    const carol = await world.user();
    for (const [index, user] of crowd.entries()) {
      const to = `${room}/user${index}`;
      await user.sendJoin(room, `user${index}`);
      await user.send(xml('presence', { to, type: 'unavailable' }));
      await user.expect({ from: to, type: 'unavailable', status: [110] });
    }
    await carol.join(room, 'carol');
  },
  { config: { timeouts: { connect_spacing_ms: 1_000, join_ms: 8_000 } } },
);
