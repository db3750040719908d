import { expect } from 'vitest';
import { xml } from '../../../src/component/stanza.js';
import type { Element } from '../../../src/component/types.js';
import { keyPairNamed } from '../../support/silc-world.js';
import { listItems, setAffiliation } from '../support/rooms.js';
import { scenario, type NativeUser } from '../support/scenario.js';

const MUC_USER = 'http://jabber.org/protocol/muc#user';
const VCARD = 'vcard-temp';

const addressIn = (presence: Element | undefined): string =>
  presence?.getChild('x', MUC_USER)?.getChild('item')?.attrs.jid ?? '';

// Contract 1: the address that a room shows for an occupant reaches exactly that occupant.
scenario('of two holders of a nick, each is reached by the address that the room shows', async (world) => {
  const room = world.room('lounge');
  const alice = await world.user();
  await alice.join(room, 'alice');
  const bobs: { readonly bob: NativeUser; readonly address: string }[] = [];
  for (const name of ['bob', 'another bob']) {
    const bob = await world.native('bob', { keyPair: keyPairNamed(name), realName: `the real ${name}` });
    await bob.session.join('lounge');
    bobs.push({ bob, address: addressIn(await alice.expect({ name: 'presence', type: null, status: [] })) });
  }
  const [first, second] = bobs.map(({ address }) => address);
  expect(first).toBe(world.silcUser('bob'));
  expect(second).toMatch(/^bob\*[^!]+!@/);

  // A message, and its answer from the same address.
  for (const { bob, address } of bobs) {
    await alice.tell(address, `to ${address}`);
    const { message, sender } = await bob.log.find('private-message');
    expect(message.text).toBe(`to ${address}`);
    await bob.session.tell(sender.clientId, `from ${address}`);
    await alice.expect({ type: 'chat', from: address, body: `from ${address}` });
  }
  for (const { bob } of bobs) expect(bob.log.texts).toHaveLength(1);

  for (const [index, name] of ['bob', 'another bob'].entries()) {
    const answer = await alice.request(bobs[index]?.address ?? '', 'get', xml('vCard', { xmlns: VCARD }));
    expect(answer.getChild('vCard', VCARD)?.getChildText('FN')).toBe(`the real ${name}`);
  }

  // An invitation, to another channel.
  const kitchen = world.room('kitchen');
  await alice.join(kitchen, 'alice');
  for (const { bob, address } of bobs) {
    const invite = xml('invite', { to: address });
    await alice.send(xml('message', { to: kitchen }, xml('x', { xmlns: MUC_USER }, invite)));
    const { channelName } = await bob.log.find('invited');
    expect(channelName).toBe('kitchen');
  }
  await alice.barrier(world.gw);
  for (const { bob } of bobs) expect(bob.log.of('invited')).toHaveLength(1);

  // A ban of one of them takes that one off the channel, and no other.
  await setAffiliation(alice, room, { jid: second ?? '' }, 'outcast');
  const [left] = await alice.expectSequence([{ name: 'presence', type: 'unavailable', status: [301] }]);
  expect(addressIn(left)).toBe(second);
  await bobs[1]?.bob.log.find('member-left', ({ self }) => self);
  await bobs[0]?.bob.session.ping();
  expect(bobs[0]?.bob.log.of('member-left').filter(({ self }) => self)).toEqual([]);
  expect(await listItems(alice, room, { affiliation: 'outcast' })).toHaveLength(1);
  await alice.expectNothing(world.gw);
});

scenario('a nick that several hold and no room shows is never sent to a guess', async (world) => {
  const first = await world.native('bob');
  const second = await world.native('bob', { keyPair: keyPairNamed('another bob') });
  const alice = await world.user();
  await alice.join(world.room('lounge'), 'alice');
  const vCard = alice.request(world.silcUser('bob'), 'get', xml('vCard', { xmlns: VCARD }));
  await expect(vCard).rejects.toMatchObject({ type: 'cancel', condition: 'conflict' });
  const id = await alice.tell(world.silcUser('bob'), 'which of you?');
  await alice.expect({ type: 'error', id, error: 'conflict' });

  // Once a room shows one of them under the address, it means that one.
  await second.session.join('lounge');
  const shown = await alice.expect({ name: 'presence', type: null, status: [] });
  expect(addressIn(shown)).toBe(world.silcUser('bob'));
  await alice.tell(world.silcUser('bob'), 'the one I see');
  await second.log.find('private-message', ({ message }) => message.text === 'the one I see');
  await first.session.ping();
  expect(first.log.texts).toEqual([]);
  await alice.expectNothing(world.gw);
});
