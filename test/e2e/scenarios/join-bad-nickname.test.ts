import { expect } from 'vitest';
import { refusedJoin, sendNick } from '../support/rooms.js';
import { scenario } from '../support/scenario.js';

scenario('a nickname that SILC cannot carry is cleaned, and who asked for it is told', async (world) => {
  const room = world.room('lounge');
  const bob = await world.native('bob');
  await bob.session.join('lounge');
  const alice = await world.user();
  for (const nick of ['?!', '*']) {
    const refusal = await refusedJoin(alice, room, nick);
    expect(refusal).toMatchObject({ type: 'modify', condition: 'jid-malformed' });
    expect(refusal.text).toContain(nick);
  }
  await alice.sendJoin(room, 'Alice Smith, M.A.');
  const self = await alice.expect({ name: 'presence', from: `${room}/Alice_Smith_M.A.`, status: [110, 210] });
  expect(self.attrs.type).toBeUndefined();
  const { member } = await bob.log.find('member-joined');
  expect(member.user.nickname).toBe('Alice_Smith_M.A.');

  await sendNick(alice, room, 'what? me');
  await alice.expect({ from: `${room}/Alice_Smith_M.A.`, type: 'unavailable', status: [303, 110] });
  await alice.expect({ from: `${room}/what_me`, type: null, status: [110, 210] });
  // Too long for SILC: cut.
  await sendNick(alice, room, 'n'.repeat(129));
  await alice.expect({ from: `${room}/${'n'.repeat(128)}`, type: null, status: [110, 210] });
});
