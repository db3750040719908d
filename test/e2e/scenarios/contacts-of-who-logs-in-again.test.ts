import { expect } from 'vitest';
import { xml } from '../../../src/component/stanza.js';
import { UserMode } from '../../../src/silc/modes.js';
import { presenceOf, subscribe } from '../support/contacts.js';
import { scenario } from '../support/scenario.js';

// Contract 2: presence that reaches a contact starts the session; it ends when the last client has gone.
scenario(
  'who has contacts is on SILC as long as a client is online, and sees them after the next login',
  async (world) => {
    const address = world.silcUser('bob');
    const bob = await world.native('bob');
    await bob.session.join('lounge');
    const alice = await world.user();
    await alice.join(world.room('lounge'), 'alice');
    await subscribe(alice, address);
    await presenceOf(alice, address);
    await alice.leave(world.room('lounge'), 'alice');

    // Without a room the presence of the client is what SILC sees.
    await alice.send(xml('presence', {}, xml('show', {}, 'dnd')));
    const mode = async (): Promise<number | undefined> => (await bob.session.whois('alice'))[0]?.user.mode;
    await expect.poll(mode, { timeout: 10_000 }).toBe(UserMode.busy);

    await alice.logout();
    await expect.poll(mode, { timeout: 20_000, interval: 500 }).toBeUndefined();
    const again = await world.user({ name: alice.name });
    await presenceOf(again, address);
    await expect.poll(mode, { timeout: 10_000 }).toBe(0);
  },
);
