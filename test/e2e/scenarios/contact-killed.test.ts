import { expect } from 'vitest';
import { presenceOf, subscribe } from '../support/contacts.js';
import { scenario } from '../support/scenario.js';

// Contract 4: that an operator has put a contact off the network is said.
scenario(
  'a contact whom an operator kills goes with the reason',
  async (world) => {
    const address = world.silcUser('bob');
    const root = await world.native('root');
    await root.session.operator.silcoper('root', { passphrase: 'opensesame' });
    const bob = await world.native('bob');
    const alice = await world.user();
    await subscribe(alice, address);
    await presenceOf(alice, address);
    await root.session.operator.kill(bob.session.self.clientId, 'enough');
    const gone = await presenceOf(alice, address, 'unavailable');
    expect(gone.getChildText('status')).toContain('by an operator');
    await world.native('bob');
    await presenceOf(alice, address);
  },
  { silc: { operators: new Map([['root', { passphrase: 'opensesame', router: true }]]) } },
);
