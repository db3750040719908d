import { expect } from 'vitest';
import { StanzaError, xml } from '../../../src/component/stanza.js';
import { scenario } from '../support/scenario.js';

const ACCOUNTS = 8;
const QUESTIONS = 10;

// A storm of questions is answered, or refused for now; one beside it is answered as ever.
scenario(
  'a storm of questions about strangers holds up nobody else',
  async (world) => {
    await world.native('bob');
    const honest = await world.user();
    const stormers = await Promise.all(Array.from({ length: ACCOUNTS }, () => world.user()));
    const card = () => xml('vCard', { xmlns: 'vcard-temp' });
    const conditions = new Map<string, number>();
    const storm = stormers.flatMap((user, account) =>
      Array.from({ length: QUESTIONS }, (_, count) =>
        user
          .request(world.silcUser(`stranger${account}x${count}`), 'get', card())
          .then(() => 'found')
          .catch((error: unknown) => {
            if (!(error instanceof StanzaError)) throw error;
            return error.condition;
          })
          .then((condition) => conditions.set(condition, (conditions.get(condition) ?? 0) + 1)),
      ),
    );
    const answer = await honest.request(world.silcUser('bob'), 'get', card());
    expect(answer.getChild('vCard')?.getChildText('NICKNAME')).toBe('bob');
    await Promise.all(storm);
    // Of each account five wait at a time; all of them were answered one way or the other.
    expect([...conditions.keys()].sort()).toEqual(['item-not-found', 'resource-constraint']);
    expect([...conditions.values()].reduce((sum, count) => sum + count, 0)).toBe(ACCOUNTS * QUESTIONS);
    expect(conditions.get('item-not-found')).toBeGreaterThanOrEqual(ACCOUNTS * 5);
  },
  { silc: { throttle: true } },
);
