import { expect } from 'vitest';
import { scenario } from '../support/scenario.js';

// XEP-0045, 7.2.13: each bound holds, and of several all of them.
scenario(
  'a join brings as much of the history as was asked for',
  async (world) => {
    const room = world.room('lounge');
    const bob = await world.native('bob');
    await bob.session.join('lounge');
    const alice = await world.user();
    await alice.join(room, 'alice');
    for (const text of ['one', 'two', 'three']) {
      await alice.say(room, text);
      await alice.expect({ body: text });
    }
    const shown = async (history: Readonly<Record<string, string | number>>): Promise<unknown> => {
      const client = await world.user({
        name: alice.name,
        resource: `client-${JSON.stringify(history).length}`,
      });
      const joined = await client.join(room, 'alice', { history });
      await client.logout();
      return joined.history.map((line) => line.getChildText('body'));
    };
    const [past, future] = ['2000-01-01T00:00:00Z', '2100-01-01T00:00:00Z'];

    expect(await shown({ maxstanzas: 0 })).toEqual([]);
    expect(await shown({ maxchars: 0 })).toEqual([]);
    expect(await shown({ maxstanzas: 2 })).toEqual(['two', 'three']);
    expect(await shown({ seconds: 3600 })).toEqual(['one', 'two', 'three']);
    expect(await shown({ since: past })).toEqual(['one', 'two', 'three']);
    expect(await shown({ since: future })).toEqual([]);
    expect(await shown({ since: past, maxstanzas: 1 })).toEqual(['three']);
    expect(await shown({ seconds: 3600, maxstanzas: 2, maxchars: 100_000 })).toEqual(['two', 'three']);

    // Characters are counted of whole stanzas, not of their texts.
    const other = await world.user({ name: alice.name, resource: 'other' });
    const { history } = await other.join(room, 'alice');
    expect(history).toHaveLength(3);
    const last = history.at(-1)?.toString().length ?? 0;
    expect(last).toBeGreaterThan(200);
    expect(await shown({ maxchars: 200 })).toEqual([]);
    expect(await shown({ maxchars: last + 200 })).toEqual(['three']);
    // Who says since when gets all of it, and not the usual twenty lines.
    for (let n = 4; n <= 25; n++) await alice.say(room, `line ${n}`);
    await alice.expect({ body: 'line 25' });
    expect(await shown({})).toHaveLength(20);
    expect(await shown({ since: past })).toHaveLength(25);
    expect(await shown({ seconds: 3600 })).toHaveLength(25);
    expect(await shown({ maxchars: 1_000_000 })).toHaveLength(25);
    expect(await shown({ maxstanzas: 0, since: past })).toEqual([]);
  },
  { config: { history: { days: 30 } } },
);
