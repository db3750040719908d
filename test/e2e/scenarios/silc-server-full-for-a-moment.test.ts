import { scenario } from '../support/scenario.js';

let onRefused = (): void => undefined;

// Contract 2: connecting is paced by what the server bears; a refusal is no answer while it may pass.
scenario(
  'a user whom the SILC server has no room for gets in when somebody leaves',
  async (world) => {
    const room = world.room('lounge');
    const [alice, carol, dave] = [await world.user(), await world.user(), await world.user()];
    await alice.join(room, 'alice');
    await carol.join(room, 'carol');
    const refused = new Promise<void>((resolve) => (onRefused = resolve));
    await dave.sendJoin(room, 'dave');
    await refused;
    await alice.leave(room, 'alice');
    await dave.expect({ from: `${room}/carol`, type: null });
    await dave.expect({ from: `${room}/dave`, type: null, status: [110] });
  },
  {
    silc: {
      limits: { connectionsPerHost: 2 },
      onEvent: (event) => {
        if (event.type === 'refused') onRefused();
      },
    },
  },
);
