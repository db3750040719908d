import { expect } from 'vitest';
import { ChannelUserMode } from '../../../src/silc/modes.js';
import { occupantPresence, setAffiliation, setRole } from '../support/rooms.js';
import { scenario } from '../support/scenario.js';

// Setting a role or affiliation sends the SILC command, and answers when the server has (contract 3).
scenario('a Jabber founder makes a SILC user moderator and takes it back', async (world) => {
  const room = world.room('lounge');
  const alice = await world.user();
  await alice.join(room, 'alice');
  const bob = await world.native('bob');
  const { channel } = await bob.session.join('lounge');
  await alice.expect({ from: `${room}/bob` });
  const shown = (affiliation: string, role: string): string =>
    occupantPresence({
      from: `${room}/bob`,
      to: alice.full,
      affiliation,
      role,
      jid: world.silcUser('bob'),
      actor: 'alice',
    });
  const modeOfBob = (): number => channel.members.get(bob.session.self.clientId)?.mode ?? -1;

  await setRole(alice, room, 'bob', 'moderator');
  expect(alice.received.at(-1)?.attrs.type).toBe('result');
  // A role is for the visit, and no affiliation.
  await alice.expectSequence([shown('none', 'moderator')]);
  await bob.log.find('member-mode-changed', ({ by }) => by?.nickname === 'alice');
  expect(modeOfBob()).toBe(ChannelUserMode.operator);

  await setRole(alice, room, 'bob', 'participant');
  await alice.expectSequence([shown('none', 'participant')]);
  await setAffiliation(alice, room, { nick: 'bob' }, 'admin');
  await alice.expectSequence([shown('admin', 'moderator')]);
  await setAffiliation(alice, room, { jid: world.silcUser('bob') }, 'none');
  await alice.expectSequence([shown('none', 'participant')]);
  await bob.session.ping();
  expect(modeOfBob()).toBe(ChannelUserMode.none);

  // What is so already is answered and told nobody.
  await setRole(alice, room, 'bob', 'participant');
  // Founder rights cannot be given away on SILC; there is nobody called dave.
  await expect(setAffiliation(alice, room, { nick: 'bob' }, 'owner')).rejects.toMatchObject({
    condition: 'not-allowed',
  });
  await expect(setRole(alice, room, 'dave', 'moderator')).rejects.toMatchObject({
    condition: 'item-not-found',
  });
  await alice.expectNothing(world.gw);
});
