import { describe, expect, it } from 'vitest';
import { commands } from '../../src/cli/silc/commands/index.js';
import { complete } from '../../src/cli/silc/complete.js';
import { People } from '../../src/cli/silc/people.js';
import { startSilcWorld } from '../support/silc-world.js';

describe('silc: what Tab offers', () => {
  it('are commands word by word, their options, people, channels and fixed words', async () => {
    const world = await startSilcWorld();
    try {
      const session = await world.client('alice');
      const bob = await world.client('bob');
      await bob.join('lounge');
      await session.join('lounge');
      const context = { session, people: new People(session) };
      const offered = (line: string): readonly string[] => complete(line, commands.values(), context)[0];
      expect(offered('/ki')).toEqual(['/kick ', '/kill ']);
      expect(offered('/key ch')).toEqual(['channel ']);
      expect(offered('/key channel ')).toEqual(['change ', 'list ', 'set ', 'unset ']);
      expect(offered('/kick b')).toEqual(['bob ']);
      expect(offered('/msg -s')).toEqual(['-sign ']);
      expect(offered('/msg -sign b')).toEqual(['bob ']);
      expect(offered('/invite ')).toEqual(['add ', 'alice ', 'bob ', 'del ', 'list ']);
      expect(offered('/leave l')).toEqual(['lounge ']);
      expect(offered('/sign msg o')).toEqual(['off ', 'on ']);
      expect(offered('/attr set mo')).toEqual(['mood ']);
      expect(offered('/wait member-l')).toEqual(['member-left ']);
      expect(offered('/getkey bob package.j')).toEqual(['package.json ']);
      expect(offered('/getkey bob sr')).toEqual(['src/']);
      expect(offered('/dance ')).toEqual([]);
      expect(offered('hello al')).toEqual(['alice ']);
      expect(complete('/kick bo', commands.values(), context)[1]).toBe('bo');
    } finally {
      await world.close();
    }
  });
});
