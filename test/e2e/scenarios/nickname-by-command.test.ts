import { expect } from 'vitest';
import { carryOut, inWords } from '../support/commands.js';
import { scenario } from '../support/scenario.js';

// Contract 2: the nickname is the session's; a command changes it as presence to a room does.
scenario('a nickname is changed by command, in all rooms, and remembered', async (world) => {
  const alice = await world.user();
  const [lounge, attic] = [world.room('lounge'), world.room('attic')];
  await alice.join(lounge, 'alice');
  await alice.join(attic, 'alice');
  expect(await carryOut(alice, world.gw, 'nick', [{ nick: 'alicia' }])).toBe('You are alicia now.');
  for (const room of [lounge, attic]) {
    await alice.expect({ name: 'presence', from: `${room}/alice`, type: 'unavailable', status: [303, 110] });
    await alice.expect({ name: 'presence', from: `${room}/alicia` });
  }
  const bob = await world.native('bob');
  expect(await bob.session.whois('alicia')).toHaveLength(1);
  await expect(carryOut(alice, world.gw, 'nick', [{ nick: '*?!' }])).rejects.toMatchObject({
    condition: 'bad-request',
  });
  await alice.leave(lounge, 'alicia');
  await alice.leave(attic, 'alicia');

  // Before there is a session it is remembered.
  const carol = await world.user();
  expect(await inWords(carol, world.gw, 'nick caro')).toContain('going to be caro');
  await carol.tell(world.silcUser('bob'), 'hello');
  const { sender } = await bob.log.find('private-message');
  expect(sender.nickname).toBe('caro');
});
