import { expect } from 'vitest';
import { carryOut, inWords } from '../support/commands.js';
import { scenario } from '../support/scenario.js';

// The command `status`: where the user is connected as whom, and what is encrypted with what, of every hop.
scenario('a user sees where the own session is, and what is encrypted with what', async (world) => {
  const room = world.room('lounge');
  const alice = await world.user();
  expect(await inWords(alice, world.gw, 'status')).toContain('Network test: not connected.');
  await alice.join(room, 'alice');
  const told = await inWords(alice, world.gw, 'status');
  expect(told).toMatch(/Network test: connected as alice\b.*aes-256/);
  const [, key = ''] = /Your key there: ([0-9A-F ]+)\./.exec(told) ?? [];
  expect(await inWords(alice, world.gw, 'identity')).toContain(key);
  expect(key.length).toBeGreaterThan(40);
  expect(told).toContain(room);
  expect(told).toContain('your Jabber server');
  expect(await carryOut(alice, world.gw, 'status')).toBe(told);

  // Of somebody else nothing is told.
  const carol = await world.user();
  const other = await inWords(carol, world.gw, 'status');
  expect(other).toContain('not connected');
  expect(other).not.toContain('alice');
});
