import { expect } from 'vitest';
import { iqResult } from '../../../src/component/stanza.js';
import type { Element } from '../../../src/component/types.js';
import { configurationOf, configure, featuresOf, setRole } from '../support/rooms.js';
import { loungeOfAlice } from '../support/openings.js';
import type { JabberUser } from '../support/jabber-user.js';
import { scenario } from '../support/scenario.js';

const addressIn = (presence: Element): string | undefined =>
  presence.getChild('x', 'http://jabber.org/protocol/muc#user')?.getChild('item')?.attrs.jid;

/** What the next presence of an occupant shows. */
async function shown(
  to: JabberUser,
  occupant: string,
  type: string | null = null,
): Promise<string | undefined> {
  return addressIn(await to.expect({ name: 'presence', from: occupant, type }));
}

// XEP-0045, 4.2 and 10.2.1: what is hidden from one is hidden in every presence, and what is shown again is told.
scenario('an owner shows the addresses of occupants to moderators only, and to all again', async (world) => {
  const { room, alice, bob, channel, carol } = await loungeOfAlice(world);
  const anonymous = (): Promise<void> => configure(alice, room, { 'muc#roomconfig_whois': 'moderators' });
  expect(await configurationOf(alice, room)).toMatchObject({ 'muc#roomconfig_whois': 'anyone' });
  expect(await featuresOf(alice, room)).toContain('muc_nonanonymous');
  await anonymous();
  for (const user of [alice, carol]) {
    await user.expectSequence([
      { name: 'message', from: room, status: [104] },
      { name: 'message', from: room, status: [173] },
    ]);
  }
  expect(await configurationOf(alice, room)).toMatchObject({ 'muc#roomconfig_whois': 'moderators' });
  const features = await featuresOf(alice, room);
  expect(features).toContain('muc_semianonymous');
  expect(features).not.toContain('muc_nonanonymous');

  // Who comes sees nobody's but the own.
  const dora = await world.user();
  const { occupants, self } = await dora.join(room, 'dora');
  expect(occupants.map(addressIn)).toEqual([undefined, undefined, undefined]);
  expect(addressIn(self)).toBe(world.silcUser('dora'));
  expect(await shown(alice, `${room}/dora`)).toBe(world.silcUser('dora'));
  expect(await shown(carol, `${room}/dora`)).toBeUndefined();

  // Neither when somebody changes the nickname or goes.
  await bob.session.nick('bobby');
  for (const [user, address] of [
    [alice, (nick: string) => world.silcUser(nick)],
    [carol, () => undefined],
  ] as const) {
    expect(await shown(user, `${room}/bob`, 'unavailable')).toBe(address('bob'));
    expect(await shown(user, `${room}/bobby`)).toBe(address('bobby'));
  }
  await dora.expectSequence([
    { from: `${room}/bob`, type: 'unavailable' },
    { from: `${room}/bobby`, type: null },
  ]);
  await bob.session.leave(channel.id);
  expect(await shown(alice, `${room}/bobby`, 'unavailable')).toBe(world.silcUser('bobby'));
  expect(await shown(carol, `${room}/bobby`, 'unavailable')).toBeUndefined();
  expect(await shown(dora, `${room}/bobby`, 'unavailable')).toBeUndefined();

  // A new moderator is shown all of them.
  await setRole(alice, room, 'carol', 'moderator');
  expect(await shown(carol, `${room}/carol`)).toBe(world.silcUser('carol'));
  expect(await shown(carol, `${room}/alice`)).toBe(world.silcUser('alice'));
  expect(await shown(carol, `${room}/dora`)).toBe(world.silcUser('dora'));
  await alice.expect({ from: `${room}/carol`, type: null });
  expect(await shown(dora, `${room}/carol`)).toBeUndefined();
  for (const user of [alice, carol, dora]) await user.expectNothing(world.gw);

  // And everybody, when the owner wants it so.
  await configure(alice, room, { 'muc#roomconfig_whois': 'anyone' });
  for (const user of [alice, carol, dora]) {
    await user.expectSequence([
      { name: 'message', from: room, status: [104] },
      { name: 'message', from: room, status: [172] },
    ]);
  }
  expect(await shown(dora, `${room}/alice`)).toBe(world.silcUser('alice'));
  expect(await shown(dora, `${room}/carol`)).toBe(world.silcUser('carol'));
  for (const user of [alice, carol, dora]) await user.expectNothing(world.gw);

  // What the room hides is hidden after a restart of the gateway as well.
  await anonymous();
  for (const user of [alice, carol, dora]) {
    await user.expectSequence([
      { name: 'message', from: room, status: [104] },
      { name: 'message', from: room, status: [173] },
    ]);
  }
  for (const user of [alice, carol, dora]) user.onRequest((iq) => iqResult(iq));
  await world.stopGateway('suspend');
  await world.startGateway();
  const erna = await world.user();
  const joined = await erna.join(room, 'erna');
  expect(joined.occupants.map(addressIn)).toEqual([undefined, undefined, undefined]);
  expect(await shown(dora, `${room}/erna`)).toBeUndefined();
  expect(await shown(alice, `${room}/erna`)).toBe(world.silcUser('erna'));
});
