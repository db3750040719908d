import { expect } from 'vitest';
import { carryOut, complete, inWords } from '../support/commands.js';
import { scenario } from '../support/scenario.js';

// Contract 2: a session starts when the user asks for it, and ends when the user does.
scenario('a user connects without a room, and disconnects with all rooms', async (world) => {
  const alice = await world.user();
  const bob = await world.native('bob');
  expect(await inWords(alice, world.gw, 'networks')).toContain('not connected');
  await inWords(alice, world.gw, 'nick alice');
  expect(await carryOut(alice, world.gw, 'connect')).toContain('as alice');
  const [found] = await bob.session.whois('alice');
  expect(found?.user.nickname).toBe('alice');
  const stage = await complete(alice, world.gw, 'networks');
  expect(stage.getChild('x', 'jabber:x:data')?.toString()).toContain('connected as alice');

  // Nobody else is told of it, nor can end it.
  const carol = await world.user();
  expect(await inWords(carol, world.gw, 'networks')).toContain('not connected');
  expect(await inWords(carol, world.gw, 'disconnect 1')).toContain('You are not connected');

  await alice.join(world.room('lounge'), 'alice');
  await bob.session.join('lounge');
  await alice.expect({ name: 'presence', from: `${world.room('lounge')}/bob` });
  expect(await inWords(alice, world.gw, 'disconnect')).toContain('not confirmed');
  const left = bob.log.find('member-left');
  const answer = carryOut(alice, world.gw, 'disconnect', [{ sure: '1' }]);
  await alice.expect({ name: 'presence', from: `${world.room('lounge')}/alice`, type: 'unavailable' });
  expect(await answer).toContain('not connected to test any more');
  await left;
  expect(await bob.session.whois('alice')).toEqual([]);
  await expect(carryOut(alice, world.gw, 'disconnect', [{ sure: '1' }])).rejects.toMatchObject({
    condition: 'item-not-found',
  });
});
