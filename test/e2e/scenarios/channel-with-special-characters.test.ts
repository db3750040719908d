import { expect } from 'vitest';
import { xml } from '../../../src/component/stanza.js';
import { scenario } from '../support/scenario.js';

const ITEMS = 'http://jabber.org/protocol/disco#items';

/** Channel names as somebody on SILC writes them, and the local parts that they have to get. */
const names: readonly (readonly [string, string])[] = [
  ['#SILC', '#silc'],
  ['50%off!', '50\\25off\\21'],
  ['Grüße/東京', 'grüsse\\2f東京'],
  ['a&b<c>d"e\'f:g', 'a\\26b\\3cc\\3ed\\22e\\27f\\3ag'],
  ['back\\slash', 'back\\slash'],
  ['not\\40an_escape', 'not\\5c40an_escape'],
  ['*,?+^~|{}[]', '*,?+^~|{}[]'],
  ['שלום', 'שלום'],
  ['to-שלום', 'to-\\{5e9}\\{5dc}\\{5d5}\\{5dd}'],
  ['𐌰𐌱', '𐌰𐌱'],
];

// Contract 1: every channel name has exactly one JID, both ways.
scenario('every channel name is one room, whatever its characters', async (world) => {
  const bob = await world.native('bob');
  const alice = await world.user();
  const rooms: string[] = [];
  for (const [name, local] of names) {
    const room = `${local}@${world.gw}`;
    const { channel } = await bob.session.join(name);
    await alice.join(room, 'alice');
    await alice.say(room, `to ${name}`);
    const { channel: heardOn } = await bob.log.find(
      'channel-message',
      ({ message }) => message.text === `to ${name}`,
    );
    expect(heardOn.id).toBe(channel.id);
    await alice.expect({ from: `${room}/alice`, body: `to ${name}` });
    await bob.session.say(channel.id, `from ${name}`);
    await alice.expect({ type: 'groupchat', from: `${room}/bob`, body: `from ${name}` });
    rooms.push(room);
  }
  const list = await alice.request(world.gw, 'get', xml('query', { xmlns: ITEMS }));
  const listed = list
    .getChild('query', ITEMS)
    ?.getChildren('item')
    .map(({ attrs }) => attrs.jid);
  expect(listed?.toSorted()).toEqual(rooms.toSorted());
  await alice.expectNothing(world.gw);
});
