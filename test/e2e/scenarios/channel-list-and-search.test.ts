import { expect } from 'vitest';
import { xml } from '../../../src/component/stanza.js';
import { ChannelMode } from '../../../src/silc/modes.js';
import type { JabberUser } from '../support/jabber-user.js';
import { scenario } from '../support/scenario.js';

const INFO = 'http://jabber.org/protocol/disco#info';
const ITEMS = 'http://jabber.org/protocol/disco#items';
const SEARCH = 'urn:xmpp:channel-search:0:search';

async function items(user: JabberUser, to: string, node?: string) {
  const answer = await user.request(to, 'get', xml('query', { xmlns: ITEMS, node }));
  return (answer.getChild('query', ITEMS)?.getChildren('item') ?? []).map(({ attrs }) => attrs);
}

/** What the search gives: address, number of users and whether it says that everybody may join. */
async function search(user: JabberUser, to: string, fields: Readonly<Record<string, string>>) {
  const form = xml(
    'x',
    { xmlns: 'jabber:x:data', type: 'submit' },
    Object.entries(fields).map(([name, value]) => xml('field', { var: name }, xml('value', {}, value))),
  );
  const answer = await user.request(to, 'get', xml('search', { xmlns: SEARCH }, form));
  return (answer.getChild('result', SEARCH)?.getChildren('item') ?? []).map((item) => ({
    address: item.attrs.address,
    users: item.getChildText('nusers') ?? undefined,
    isOpen: item.getChild('is-open') !== undefined,
  }));
}

// Contract 3: own and other local users' rooms at once, whatever the cache; counts honest or absent. XEP-0433.
scenario(
  'a channel is in the list as soon as a user of the gateway is on it, and is found by words',
  async (world) => {
    const bob = await world.native('bob');
    const club = await bob.session.join('club');
    await bob.session.setChannelMode(club.channel.id, { set: ChannelMode.private });
    const [alice, carol] = [await world.user(), await world.user()];
    // A private channel has no number that a stranger knows, and not 0 either.
    expect(await items(alice, world.gw)).toEqual([{ jid: world.room('club'), name: 'club' }]);
    const info = await alice.request(world.room('club'), 'get', xml('query', { xmlns: INFO }));
    const names = info
      .getChild('query')
      ?.getChild('x')
      ?.getChildren('field')
      .map(({ attrs }) => attrs.var);
    expect(names).not.toContain('muc#roominfo_occupants');

    // The list of the server is kept for a minute from here on.
    await alice.join(world.room('tea'), 'alice');
    const expected = [
      { jid: world.room('club'), name: 'club' },
      { jid: world.room('tea'), name: 'tea (1)' },
    ];
    expect(await items(alice, world.gw)).toEqual(expected);
    expect(await items(carol, world.gw)).toEqual(expected);
    const seen = await carol.request(world.room('tea'), 'get', xml('query', { xmlns: INFO }));
    expect(
      seen
        .getChild('query')
        ?.getChildren('feature')
        .map(({ attrs }) => attrs.var),
    ).toContain('muc_open');

    const form = await carol.request(world.gw, 'get', xml('search', { xmlns: SEARCH }));
    expect(form.getChild('search', SEARCH)?.getChild('x')?.attrs.type).toBe('form');
    expect(await search(carol, world.gw, { q: 'TE' })).toEqual([
      { address: world.room('tea'), users: '1', isOpen: true },
    ]);
    expect(await search(carol, world.gw, { all: 'true' })).toEqual([
      { address: world.room('tea'), users: '1', isOpen: true },
      { address: world.room('club'), users: undefined, isOpen: false },
    ]);
    expect(await search(carol, world.gw, { q: 'nothing' })).toEqual([]);
    await expect(search(carol, world.gw, {})).rejects.toMatchObject({
      condition: 'bad-request',
      appCondition: 'no-search-conditions',
    });

    // A room that is made secret is there for those in it only.
    const form2 = xml(
      'x',
      { xmlns: 'jabber:x:data', type: 'submit' },
      xml('field', { var: 'FORM_TYPE' }, xml('value', {}, 'http://jabber.org/protocol/muc#roomconfig')),
      xml('field', { var: 'muc#roomconfig_publicroom' }, xml('value', {}, '0')),
    );
    await alice.request(
      world.room('tea'),
      'set',
      xml('query', { xmlns: 'http://jabber.org/protocol/muc#owner' }, form2),
    );
    expect(await items(alice, world.gw)).toEqual(expected);
    expect(await items(carol, world.gw)).toEqual(expected.slice(0, 1));
    expect(await search(carol, world.gw, { q: 'tea' })).toEqual([]);
  },
);
