import { expect } from 'vitest';
import { UserMode } from '../../../src/silc/modes.js';
import { inWords } from '../support/commands.js';
import { scenario } from '../support/scenario.js';

scenario('a user is away by command: SILC sees it, and who writes is answered', async (world) => {
  const alice = await world.user();
  const bob = await world.native('bob');
  await alice.join(world.room('lounge'), 'alice');
  expect(await inWords(alice, world.gw, 'away "gone fishing"')).toContain('away');
  const [found] = await bob.session.whois('alice');
  if (found === undefined) throw new Error('nobody is called alice');
  await expect
    .poll(async () => (await bob.session.whois('alice'))[0]?.user.mode ?? 0, { timeout: 10_000 })
    .toSatisfy((mode: number) => (mode & UserMode.gone) !== 0);
  await bob.session.tell(found.user.clientId, 'are you there?');
  await alice.expect({ body: 'are you there?' });
  const answer = await bob.log.find('private-message');
  expect(answer.message.text).toBe('gone fishing');

  expect(await inWords(alice, world.gw, 'away')).toContain('back');
  await expect
    .poll(async () => (await bob.session.whois('alice'))[0]?.user.mode ?? 0, { timeout: 10_000 })
    .toSatisfy((mode: number) => (mode & UserMode.gone) === 0);
});
