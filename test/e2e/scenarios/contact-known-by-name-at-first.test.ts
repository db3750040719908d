import { keyPairNamed } from '../../support/silc-world.js';
import { expect } from 'vitest';
import { inWords } from '../support/commands.js';
import { presenceOf, subscribe } from '../support/contacts.js';
import { scenario } from '../support/scenario.js';

// Contract 4: `by key once known`. A contact is asked for while nobody has the nickname: whoever has it first is the contact.
scenario(
  'a contact known by nickname only is known by key from the first time it is there',
  async (world) => {
    const address = world.silcUser('bob');
    const alice = await world.user();
    await subscribe(alice, address);
    const bob = await world.native('bob');
    await presenceOf(alice, address);
    const known = async (): Promise<string> => inWords(alice, world.gw, 'contacts list');
    await expect.poll(known, { timeout: 20_000 }).toMatch(/online – [0-9A-F]{4} /);
    await bob.session.quit();
    await presenceOf(alice, address, 'unavailable');

    const mallory = await world.native('bob', { keyPair: keyPairNamed('mallory') });
    await mallory.session.join('lounge');
    await alice.join(world.room('lounge'), 'alice');
    await alice.expectNothing(
      world.gw,
      (stanza) => stanza.attrs.from === `${address}/silc` && stanza.attrs.type === undefined,
    );
    await world.native('bob');
    await presenceOf(alice, address);
  },
);
