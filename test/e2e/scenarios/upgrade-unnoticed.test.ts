import { expect } from 'vitest';
import { iqResult } from '../../../src/component/stanza.js';
import { makeOlder, MIGRATIONS, migrationsOf } from '../../support/older-database.js';
import { isGap } from '../support/gap.js';
import { scenario } from '../support/scenario.js';

/** The first one that goes on with the sessions of the process before. */
const FIRST = '0003-sessions';

// Contract 2: an upgrade is a restart, also when it changes the schema of the database.
scenario('an upgrade that migrates the database is noticed by nobody', async (world) => {
  await world.stopGateway();
  const old = await world.startGatewayProcess();
  const room = world.room('lounge');
  const alice = await world.user();
  const carol = await world.user();
  const everybody = [alice, carol];
  for (const user of everybody) user.onRequest((iq) => iqResult(iq));
  // Founded by a Jabber user: there is a founder key to be kept as well.
  await alice.join(room, 'alice');
  const bob = await world.native('bob');
  const { channel } = await bob.session.join('lounge');
  await carol.join(room, 'carol');
  await bob.log.find('member-joined', ({ member }) => member.user.nickname === 'carol');
  for (const nick of ['bob', 'carol']) await alice.expect({ name: 'presence', from: `${room}/${nick}` });
  const members = (): string[] =>
    [...channel.members.values()].map(({ user, mode }) => `${user.clientId} ${mode}`).sort();
  const before = members();
  bob.log.clear();
  for (const user of everybody) user.received.length = 0;

  expect(await old.terminate()).toBe(0);
  await makeOlder(world.storePath, FIRST);
  expect(migrationsOf(world.storePath).at(-1)).toBe(FIRST);
  await bob.session.say(channel.id, 'into the gap');
  await world.startGatewayProcess();
  expect(migrationsOf(world.storePath)).toEqual(MIGRATIONS);
  for (const user of everybody) await user.expect(isGap, 'the gap line');

  await bob.session.say(channel.id, 'welcome back');
  for (const user of everybody) await user.expect({ from: `${room}/bob`, body: 'welcome back' });
  await carol.say(room, 'was there something?');
  for (const user of everybody) {
    await user.expect({ from: `${room}/carol`, body: 'was there something?' });
  }
  await bob.log.find('channel-message', ({ message }) => message.text === 'was there something?');
  for (const user of everybody) expect(user.received.filter(({ name }) => name === 'presence')).toEqual([]);
  expect(bob.log.events.map(({ type }) => type).filter((type) => type !== 'channel-message')).toEqual([]);
  expect(members()).toEqual(before);
});
