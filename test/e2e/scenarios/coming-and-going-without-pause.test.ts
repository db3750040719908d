import { expect } from 'vitest';
import { StanzaError } from '../../../src/component/stanza.js';
import { scenario } from '../support/scenario.js';

const TIMES = 60;

// What SILC users see of one restless client is bounded; that client is told when to come again, and others join as ever.
scenario('a user who comes and goes without pause is slowed down', async (world) => {
  const room = world.room('lounge');
  const bob = await world.native('bob');
  await bob.session.join('lounge');
  const mallory = await world.user();
  await mallory.join(world.room('home'), 'mallory');
  const refusals: string[] = [];
  for (let count = 0; count < TIMES; count++) {
    try {
      await mallory.join(room, 'mallory');
      await mallory.leave(room, 'mallory');
    } catch (error) {
      if (!(error instanceof StanzaError)) throw error;
      expect(error).toMatchObject({ type: 'wait', condition: 'policy-violation' });
      refusals.push(error.text);
    }
  }
  expect(refusals.length).toBeGreaterThan(TIMES / 2);
  expect(refusals.at(-1)).toMatch(/Try again in \d+ seconds?\.$/);
  const carol = await world.user();
  await carol.join(room, 'carol');
  await bob.log.find('member-joined', ({ member }) => member.user.nickname === 'carol');
  const joined = bob.log.of('member-joined').filter(({ member }) => member.user.nickname === 'mallory');
  expect(joined.length).toBe(TIMES - refusals.length);
});
