import { expect } from 'vitest';
import { nodeBackend } from '../../../src/silc/crypto/backend-node.js';
import { keyPairNamed } from '../../support/silc-world.js';
import { listItems, occupantPresence, setAffiliation } from '../support/rooms.js';
import { scenario, type ScenarioWorld } from '../support/scenario.js';

// A ban is of a person: a change of nickname does not escape it, and nobody else of the nickname is kept out.
async function bannedByKey(world: ScenarioWorld): Promise<void> {
  const room = world.room('lounge');
  const alice = await world.user();
  await alice.join(room, 'alice');
  const bob = await world.native('bob');
  await bob.session.join('lounge');
  await alice.expect({ from: `${room}/bob` });

  await setAffiliation(alice, room, { nick: 'bob' }, 'outcast', 'advertising');
  await alice.expectSequence([
    occupantPresence({
      from: `${room}/bob`,
      to: alice.full,
      unavailable: true,
      affiliation: 'outcast',
      role: 'none',
      jid: world.silcUser('bob'),
      actor: 'alice',
      reason: 'advertising',
      codes: [301],
    }),
  ]);
  await bob.session.nick('bobby');
  await expect(bob.session.join('lounge')).rejects.toMatchObject({ code: 'command' });

  const other = await world.native('bob', { keyPair: keyPairNamed('another bob') });
  await other.session.join('lounge');
  await alice.expectSequence([{ from: `${room}/bob`, type: null }]);

  // The list tells the one who was banned; lifting that ban lets him in again.
  const [item, ...others] = await listItems(alice, room, { affiliation: 'outcast' });
  expect(others).toEqual([]);
  expect(item).toEqual({
    attrs: { affiliation: 'outcast', jid: world.silcUser('bob') },
    reason: 'advertising',
  });
  await setAffiliation(alice, room, { jid: world.silcUser('bob') }, 'none');
  expect(await listItems(alice, room, { affiliation: 'outcast' })).toEqual([]);
  await bob.session.join('lounge');
  await alice.expectSequence([{ from: `${room}/bobby`, type: null }]);
}

scenario('a ban holds whatever nickname the banned one takes, and nobody else of the name', bannedByKey);

// One in 256 who take a nickname has the Client ID of the one who had it before.
const randomBytes = (length: number): Uint8Array =>
  length === 1 ? Uint8Array.of(7) : nodeBackend.randomBytes(length);

scenario('nobody else is banned either who gets the Client ID of the banned one', bannedByKey, {
  silc: { backend: { ...nodeBackend, randomBytes } },
});
