import { describe, expect, it } from 'vitest';

import { iqResult } from '../../src/component/stanza.js';
import {
  channelItem,
  type DiscoItem,
  gatewayInfo,
  itemsPage,
  networkInfo,
  networkItem,
  networkOfNode,
  roomInfo,
  userInfo,
} from '../../src/mapping/disco.js';
import { readPageRequest } from '../../src/mapping/paging.js';
import { ChannelMode, UserMode } from '../../src/silc/modes.js';
import { expectGolden, parseStanza } from './golden.js';

const items: readonly DiscoItem[] = [
  channelItem('zebra@gw', 'Zebra', 3),
  networkItem('gw', 'silcnet'),
  channelItem('alpha@gw', 'alpha', undefined),
  channelItem('c\\25d%other@gw', 'c%d', 12),
  networkItem('gw', 'other'),
  channelItem('beta@gw', 'beta', 1),
];

const INFO = 'http://jabber.org/protocol/disco#info';
const ITEMS = 'http://jabber.org/protocol/disco#items';
const MUC = 'http://jabber.org/protocol/muc';
const forGateway = [
  ...[INFO, ITEMS, MUC, 'http://jabber.org/protocol/rsm', 'urn:xmpp:ping', 'jabber:iq:version'],
  ...['jabber:iq:last', 'jabber:iq:gateway', 'urn:xmpp:occupant-id:0'],
];
const forRooms = [
  ...[INFO, ITEMS, MUC, 'urn:xmpp:ping', 'urn:xmpp:sid:0', 'urn:xmpp:occupant-id:0'],
  ...[`${MUC}#stable_id`, `${MUC}#self-ping-optimization`],
];
const forUsers = ['jabber:iq:version', INFO, ITEMS, 'urn:xmpp:ping', 'jabber:iq:last', 'vcard-temp'];

describe('disco#info', () => {
  it('of the gateway names rooms and the gateway to SILC', () => {
    expectGolden('disco-info-gateway', (iq) =>
      iqResult(iq, gatewayInfo('SILC gateway', [...forGateway, 'x:feature', INFO])),
    );
  });

  it('of a network node names that network', () => {
    expectGolden('disco-info-network', (iq) => {
      const network = networkOfNode(iq.getChild('query')?.attrs.node ?? '');
      return iqResult(iq, networkInfo(network ?? 'wrong'));
    });
    expect(networkOfNode('something else')).toBeUndefined();
  });

  it('of an open channel tells modes, topic and occupants', () => {
    expectGolden('disco-info-room-open', (iq) =>
      iqResult(
        iq,
        roomInfo({ name: 'Café', mode: ChannelMode.none, topic: 'Tea & <cake>', occupants: 7 }, forRooms),
      ),
    );
  });

  it('of a channel with every mode tells each of them', () => {
    const mode =
      ChannelMode.secret |
      ChannelMode.invite |
      ChannelMode.passphrase |
      ChannelMode.topic |
      ChannelMode.silenceUsers |
      ChannelMode.founderAuth;
    expectGolden('disco-info-room-closed', (iq) =>
      iqResult(iq, roomInfo({ name: 'club', mode, occupants: 0 }, forRooms)),
    );
  });

  it('of a channel nothing is known of claims nothing about its modes', () => {
    expectGolden('disco-info-room-unknown', (iq) => iqResult(iq, roomInfo({ name: 'new' }, forRooms)));
  });

  it('of a user is that of a client, and of a robot that of a bot', () => {
    expectGolden('disco-info-user', (iq) => iqResult(iq, userInfo(UserMode.gone, forUsers)));
    const identity = userInfo(UserMode.robot).getChild('identity');
    expect(identity?.attrs).toMatchObject({ category: 'client', type: 'bot' });
  });

  it.each([
    [ChannelMode.passphrase, 'muc_passwordprotected', 'muc_unsecured'],
    [ChannelMode.invite, 'muc_membersonly', 'muc_open'],
    [ChannelMode.channelAuth, 'muc_membersonly', 'muc_open'],
    [ChannelMode.private, 'muc_hidden', 'muc_public'],
    [ChannelMode.secret, 'muc_hidden', 'muc_public'],
    [ChannelMode.silenceUsers, 'muc_moderated', 'muc_unmoderated'],
    [ChannelMode.founderAuth, 'muc_persistent', 'muc_temporary'],
  ])('mode %i means %s instead of %s, and nothing else', (mode, set, unset) => {
    const features = (of: number) =>
      new Set(
        roomInfo({ name: 'x', mode: of })
          .getChildren('feature')
          .map(({ attrs }) => attrs.var),
      );
    const plain = features(0);
    const changed = features(mode);
    expect([...changed].filter((feature) => !plain.has(feature))).toEqual([set]);
    expect([...plain].filter((feature) => !changed.has(feature))).toEqual([unset]);
  });
});

describe('disco#items', () => {
  const answer = (name: string) =>
    expectGolden(name, (iq) => {
      const query = iq.getChild('query');
      const request = query && readPageRequest(query);
      return request && iqResult(iq, itemsPage(items, request));
    });

  it('without paging lists channels, then networks in the order of their addresses', () => {
    answer('disco-items-all');
  });

  it('gives a first page of two', () => answer('disco-items-first'));
  it('gives the page behind an item', () => answer('disco-items-after'));
  it('gives the page behind an item that has gone meanwhile', () => answer('disco-items-after-gone'));
  it('gives the last page', () => answer('disco-items-last'));
  it('gives the page before an item', () => answer('disco-items-before'));
  it('gives a page by its index', () => answer('disco-items-index'));
  it('gives an empty page for an index beyond the end', () => answer('disco-items-index-beyond'));
  it('gives the count alone', () => answer('disco-items-count'));

  it('tells the page also unasked when the list is longer than one', () => {
    const many = Array.from({ length: 150 }, (_, i) => channelItem(`c${i}@gw`, `c${i}`, 1));
    const query = itemsPage(many, {});
    expect(query.getChildren('item')).toHaveLength(100);
    expect(query.getChild('set')?.getChildText('count')).toBe('150');
    expect(itemsPage(many.slice(0, 100), {}).getChild('set')).toBeUndefined();
  });

  it('refuses numbers that are none', () => {
    const read = (set: string) =>
      readPageRequest(parseStanza(`<query><set xmlns='http://jabber.org/protocol/rsm'>${set}</set></query>`));
    for (const bad of ['-1', '1.5', 'x', '', '9999999999', '1e3', '0x10']) {
      expect(read(`<max>${bad}</max>`), bad).toBeUndefined();
      expect(read(`<index>${bad}</index>`), bad).toBeUndefined();
    }
    expect(read('<max> 5 </max><before/>')).toEqual({ max: 5, before: '' });
    expect(read('<after/>')).toEqual({});
  });
});
