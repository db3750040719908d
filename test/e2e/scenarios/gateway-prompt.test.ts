import { expect } from 'vitest';
import { xml } from '../../../src/component/stanza.js';
import { scenarioEverywhere } from '../support/scenario.js';

const NS = 'jabber:iq:gateway';

// Contract 1; XEP-0100, 6.3.
scenarioEverywhere(
  'a client learns what to type for a SILC user, and the address of what was typed',
  async (world) => {
    const alice = await world.user();
    const question = (await alice.request(world.gw, 'get', xml('query', { xmlns: NS }))).getChild(
      'query',
      NS,
    );
    expect(question?.getChildText('desc')).toMatch(/nickname/i);
    expect(question?.getChildText('prompt')).toMatch(/nickname/i);

    const typed = async (text: string): Promise<string | null | undefined> => {
      const query = xml('query', { xmlns: NS }, xml('prompt', {}, text));
      return (await alice.request(world.gw, 'set', query)).getChild('query', NS)?.getChildText('jid');
    };
    expect(await typed('Bob')).toBe(world.silcUser('bob'));
    expect(await typed(' bob@test ')).toBe(world.silcUser('bob'));
    expect(await typed(world.silcUser('bob'))).toBe(world.silcUser('bob'));
    expect(await typed("o'Neil")).toBe(world.silcUser('o\\27neil'));
    expect(await typed('#Lounge')).toBe(world.room('lounge'));
    for (const text of ['', '  ', '#', '#two words', 'bob@elsewhere', 'two words', 'a*b', 'x'.repeat(4000)]) {
      await expect(typed(text)).rejects.toMatchObject({ type: 'modify', condition: 'not-acceptable' });
    }

    // What it gives is an address that works.
    await alice.join((await typed('#Lounge@test')) ?? '', 'alice');
    const bob = await world.native("O'Neil");
    await alice.tell((await typed("O'NEIL")) ?? '', 'found you');
    await bob.log.find('private-message', ({ message }) => message.text === 'found you');
  },
);
