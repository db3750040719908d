import { expect } from 'vitest';
import { iqResult } from '../../../src/component/stanza.js';
import { gatewayIsBack, toldAndBack } from '../support/jabber-link.js';
import { scenario, type ScenarioWorld } from '../support/scenario.js';

/** While the link is away one client leaves, one logs in anew under the same address, one stays. */
async function changesWhileAway(
  world: ScenarioWorld,
  breakLink: () => void,
  sayNothing: boolean,
): Promise<void> {
  const room = world.room('lounge');
  const bob = await world.native('bob');
  const { channel } = await bob.session.join('lounge');
  const leaver = await world.user({ resource: 'same' });
  await leaver.join(room, 'leaver');
  const before = await world.user({ resource: 'same' });
  await before.join(room, 'relogger');
  const stayer = await world.user({ resource: 'same' });
  stayer.onRequest((iq) => iqResult(iq));
  await stayer.join(room, 'stayer');
  await before.expect({ name: 'presence', from: `${room}/stayer` });
  // The gateway makes sure of what it has sent; what is in doubt would be told to all.
  await world.jabberProxy.says(0, 'urn:xmpp:ping');
  await stayer.barrier(world.gw);

  world.jabberProxy.hold();
  breakLink();
  await leaver.logout();
  await before.logout();
  const after = await world.user({ name: before.name, resource: 'same' });
  expect(after.full).toBe(before.full);
  after.onRequest((iq) => iqResult(iq));
  world.jabberProxy.release();
  await gatewayIsBack(world, stayer);
  if (sayNothing) await toldAndBack(stayer, room, 'stayer');
  else await stayer.say(room, 'I am still here');

  const gone = ['leaver', 'relogger'];
  for (const nick of gone) await bob.log.find('member-left', ({ user }) => user.nickname === nick, 60_000);
  const shown = (): string[] => [...channel.members.values()].map(({ user }) => user.nickname ?? '').sort();
  expect(shown()).toEqual(['bob', 'stayer']);
  for (const nick of gone) await stayer.expect({ from: `${room}/${nick}`, type: 'unavailable' });
  // Both sides agree: who joins now is shown those who are there.
  const { occupants } = await after.join(room, 'relogger');
  expect(occupants.map(({ attrs }) => attrs.from).sort()).toEqual([`${room}/bob`, `${room}/stayer`]);
  await stayer.say(room, 'all right?');
  await after.expect({ from: `${room}/stayer`, body: 'all right?' });
  await bob.log.find('channel-message', ({ message }) => message.text === 'all right?');
  const left = bob.log.of('member-left').map(({ user }) => user.nickname ?? '');
  expect(left.sort()).toEqual(gone);
}

const options = {
  isJabberProxied: true,
  timeoutMs: 120_000,
  config: { timeouts: { connect_spacing_ms: 0, rejoin_ms: 5_000 } },
};

// Contract 3: no client stays that has logged in anew while the component link was down.
scenario(
  'after a cut of the Jabber link nobody is left on SILC who is not in the room',
  (world) =>
    changesWhileAway(
      world,
      () => {
        world.jabberProxy.cut(0);
        world.jabberProxy.bury(0);
      },
      true,
    ),
  options,
);

scenario(
  'after an orderly end of the Jabber link neither, and who shows that it is in the room stays in it',
  (world) => changesWhileAway(world, () => world.jabberProxy.endBy(0, '</stream:stream>'), false),
  options,
);
