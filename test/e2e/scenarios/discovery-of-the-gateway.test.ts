import { expect } from 'vitest';
import { xml } from '../../../src/component/stanza.js';
import type { Element } from '../../../src/component/types.js';
import { ChannelMode } from '../../../src/silc/modes.js';
import { scenarioEverywhere } from '../support/scenario.js';
import type { JabberUser } from '../support/jabber-user.js';

const INFO = 'http://jabber.org/protocol/disco#info';
const ITEMS = 'http://jabber.org/protocol/disco#items';
const RSM = 'http://jabber.org/protocol/rsm';

/** Asks for a page of disco#items and reads it. */
async function page(user: JabberUser, to: string, set: Readonly<Record<string, string | number>>) {
  const wanted = Object.entries(set).map(([name, value]) => xml(name, {}, value));
  const answer = await user.request(
    to,
    'get',
    xml('query', { xmlns: ITEMS }, xml('set', { xmlns: RSM }, ...wanted)),
  );
  const query = answer.getChild('query', ITEMS);
  const told = query?.getChild('set', RSM);
  return {
    items: itemsOf(query),
    index: told?.getChild('first')?.attrs['index'],
    first: told?.getChildText('first') ?? undefined,
    last: told?.getChildText('last') ?? undefined,
    count: told?.getChildText('count') ?? undefined,
  };
}

function itemsOf(query: Element | undefined): readonly (string | undefined)[] {
  return (query?.getChildren('item') ?? []).map(({ attrs }) => attrs.jid);
}

// Contract 3: disco#items of the gateway is the channel list, with paging (XEP-0030, XEP-0059).
scenarioEverywhere('the gateway tells what it is, and lists the channels page by page', async (world) => {
  const bob = await world.native('bob');
  for (const name of ['alpha', 'Bravo', 'charlie!', 'delta', 'echo']) await bob.session.join(name);
  const hidden = await bob.session.join('hidden');
  await bob.session.setChannelMode(hidden.channel.id, { set: ChannelMode.secret });
  const alice = await world.user();

  const info = (await alice.request(world.gw, 'get', xml('query', { xmlns: INFO }))).getChild('query', INFO);
  expect(info?.getChildren('identity').map(({ attrs: { category, type } }) => `${category}/${type}`)).toEqual(
    ['conference/text', 'gateway/silc'],
  );
  expect(info?.getChildren('feature').map(({ attrs }) => attrs.var)).toEqual([
    'http://jabber.org/protocol/caps',
    'http://jabber.org/protocol/commands',
    'http://jabber.org/protocol/disco#info',
    'http://jabber.org/protocol/disco#items',
    'http://jabber.org/protocol/muc',
    'http://jabber.org/protocol/rsm',
    'http://www.xmpp.org/extensions/xep-0219.html#ns',
    'jabber:iq:gateway',
    'jabber:iq:last',
    'jabber:iq:register',
    'jabber:iq:version',
    'urn:xmpp:blocking',
    'urn:xmpp:bob',
    'urn:xmpp:channel-search:0:search',
    'urn:xmpp:hats:0',
    'urn:xmpp:occupant-id:0',
    'urn:xmpp:ping',
    'urn:xmpp:time',
    'vcard-temp',
  ]);

  const all = ['alpha', 'bravo', 'charlie\\21', 'delta', 'echo'].map((name) => world.room(name));
  const [alpha, bravo, charlie, delta, echo] = all;
  const whole = (await alice.request(world.gw, 'get', xml('query', { xmlns: ITEMS }))).getChild(
    'query',
    ITEMS,
  );
  expect(itemsOf(whole)).toEqual(all);
  expect(whole?.getChildren('item').map(({ attrs }) => attrs.name)).toEqual([
    'alpha (1)',
    'Bravo (1)',
    'charlie! (1)',
    'delta (1)',
    'echo (1)',
  ]);
  expect(whole?.getChild('set', RSM)).toBeUndefined();

  const one = await page(alice, world.gw, { max: 2 });
  expect(one).toMatchObject({ items: [alpha, bravo], index: '0', count: '5' });
  const two = await page(alice, world.gw, { max: 2, after: one.last ?? '' });
  expect(two).toMatchObject({ items: [charlie, delta], index: '2', count: '5' });
  const three = await page(alice, world.gw, { max: 2, after: two.last ?? '' });
  expect(three).toMatchObject({ items: [echo], index: '4', count: '5' });
  expect(await page(alice, world.gw, { max: 2, after: three.last ?? '' })).toMatchObject({
    items: [],
    count: '5',
  });
  expect(await page(alice, world.gw, { max: 2, before: '' })).toMatchObject({
    items: [delta, echo],
    index: '3',
  });
  expect(await page(alice, world.gw, { max: 2, before: three.first ?? '' })).toMatchObject({
    items: [charlie, delta],
  });
  expect(await page(alice, world.gw, { max: 0 })).toEqual({ items: [], count: '5' });
  await expect(page(alice, world.gw, { max: 'many' })).rejects.toMatchObject({ condition: 'bad-request' });

  const unknown = xml('query', { xmlns: INFO, node: 'nothing' });
  await expect(alice.request(world.gw, 'get', unknown)).rejects.toMatchObject({
    condition: 'item-not-found',
  });
});
