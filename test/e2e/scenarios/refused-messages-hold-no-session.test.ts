import { expect } from 'vitest';
import { parseStanzaError } from '../../../src/component/stanza-error.js';
import { scenario } from '../support/scenario.js';

// Who writes to nobody takes no place of somebody else.
scenario(
  'messages that are refused leave the sessions to others',
  async (world) => {
    for (let account = 0; account < 4; account++) {
      const user = await world.user();
      const id = await user.tell(world.silcUser('nobody'), 'hello?');
      const refusal = await user.expect({ name: 'message', type: 'error', id });
      expect(parseStanzaError(refusal)).toMatchObject({ type: 'cancel', condition: 'item-not-found' });
    }
    const alice = await world.user();
    const carol = await world.user();
    await alice.join(world.room('lounge'), 'alice');
    await carol.join(world.room('lounge'), 'carol');
  },
  { config: { limits: { sessions: 2, sessions_per_domain: 2 } } },
);
