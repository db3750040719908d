import { type Element, StanzaError } from '../../component/stanza.js';
import type { ChannelAddress } from '../../mapping/address.js';
import {
  channelItem,
  type DiscoItem,
  gatewayInfo,
  itemsPage,
  networkInfo,
  networkItem,
  networkOfNode,
  roomInfo,
  TRAFFIC_NODE,
  trafficInfo,
  userInfo,
} from '../../mapping/disco.js';
import { Namespace } from '../../mapping/namespaces.js';
import { NS_RSM, readPageRequest } from '../../mapping/paging.js';
import type { ListedChannel } from '../../silc/client/types.js';
import type { Feature, Request, TargetKind } from '../feature.js';
import { type FeatureParts, GATEWAY_NAME } from './parts.js';

/** The topic that a server shows of a private channel. */
const HIDDEN_TOPIC = '*private*';
const KINDS: readonly TargetKind[] = ['gateway', 'channel', 'occupant', 'user'];
const both = [Namespace.discoInfo, Namespace.discoItems];

/** What the table advertises for a kind of address. */
export function advertised(features: readonly Feature[], kind: TargetKind): readonly string[] {
  return features.flatMap(({ disco }) => disco?.[kind] ?? []);
}

/**
 * Service discovery of the gateway, its networks, rooms and users.
 * @param features - the whole table
 */
export function disco(
  { context, sessions, services, lookup }: FeatureParts,
  features: () => readonly Feature[],
): Feature {
  /** The items of a channel list, as long as the list is kept: addresses of thousands of channels take a second to make. */
  const itemLists = new WeakMap<readonly ListedChannel[], readonly DiscoItem[]>();

  async function info(request: Request, query: Element): Promise<Element> {
    const { from, to } = request;
    const node = query.attrs.node ?? '';
    if (to.kind === 'gateway') {
      const network = networkOfNode(node);
      if (network !== undefined && services.has(network)) return networkInfo(network);
    }
    if (to.kind === 'channel' && node === TRAFFIC_NODE) return trafficInfo(to.name);
    if (node !== '') throw unknownNode();
    const namespaces = advertised(features(), to.kind);
    if (to.kind === 'gateway') return gatewayInfo(GATEWAY_NAME, namespaces);
    if (to.kind === 'channel') return roomInfo(await viewOf(from, to), namespaces);
    const user = await lookup.find(request);
    return userInfo(user.nickname ?? '', user.mode, namespaces);
  }

  async function items({ from, to }: Request, query: Element): Promise<Element> {
    const page = readPageRequest(query);
    if (page === undefined) {
      throw new StanzaError('modify', 'bad-request', 'A number in the page request is none.');
    }
    const node = query.attrs.node === '' ? undefined : query.attrs.node;
    if (to.kind === 'gateway') return itemsPage(await gatewayItems(node), page, node);
    if (to.kind !== 'channel') return itemsPage([], page, node);
    if (node !== undefined) throw unknownNode();
    // Who is in a room is told to those who are in it.
    const occupants = [...(sessions.joinedRoom(from, to)?.channel.occupants.values() ?? [])];
    return itemsPage(
      occupants.map(({ jid, name }) => ({ jid, name })),
      page,
    );
  }

  async function gatewayItems(node: string | undefined): Promise<readonly DiscoItem[]> {
    const networks = [...services.keys()];
    const [only] = networks;
    if (node === undefined && (networks.length > 1 || only === undefined)) {
      return networks.map((network) => networkItem(context.domain, network));
    }
    const network = node === undefined ? only : networkOfNode(node);
    const service = network === undefined ? undefined : services.get(network);
    if (network === undefined || service === undefined) throw unknownNode();
    return itemsOf(network, await service.channels());
  }

  function itemsOf(network: string, channels: readonly ListedChannel[]): readonly DiscoItem[] {
    const known = itemLists.get(channels);
    if (known !== undefined) return known;
    const made = channels.map(({ name, users: count }) =>
      channelItem(context.addressing.channelToJid(network, name), name, count),
    );
    itemLists.set(channels, made);
    return made;
  }

  /** Of a room one is in, what one sees; of another one, what the channel list tells. */
  async function viewOf(from: Request['from'], to: ChannelAddress): Promise<Parameters<typeof roomInfo>[0]> {
    const room = sessions.findRoom(from, to.network, to.jid);
    if (room?.isJoined === true) {
      const { displayName: name, mode, topic, occupants } = room.channel;
      return { name, mode, topic, occupants: occupants.size };
    }
    // A network that does not answer is no reason to keep a client from trying to join.
    const channels =
      (await services
        .get(to.network)
        ?.channels()
        .catch(() => undefined)) ?? [];
    const listed = channels[itemsOf(to.network, channels).findIndex(({ jid }) => jid === to.jid)];
    if (listed === undefined) return { name: to.name };
    const { name, topic, users: count } = listed;
    return topic === HIDDEN_TOPIC ? { name } : { name, topic, occupants: count };
  }

  return {
    name: 'service discovery',
    specs: [
      {
        xep: 30,
        title: 'Service Discovery',
        version: '2.5.0',
        date: '2024-04-30',
        status: 'complete',
        namespaces: both,
      },
      {
        xep: 59,
        title: 'Result Set Management',
        version: '1.0',
        date: '2006-09-20',
        status: 'partial',
        part: 'of disco#items and of archives',
        leftOut: 'in archives the index of a page and the count of all (2.6, 2.7)',
        namespaces: [NS_RSM],
      },
      {
        xep: 128,
        title: 'Service Discovery Extensions',
        version: '1.0.1',
        date: '2019-07-30',
        status: 'complete',
        part: 'the form muc#roominfo',
      },
    ],
    disco: { gateway: [...both, NS_RSM], channel: both, occupant: both, user: both },
    extensions: [NS_RSM],
    iq: [
      { type: 'get', xmlns: Namespace.discoInfo, to: KINDS, handle: info },
      { type: 'get', xmlns: Namespace.discoItems, to: KINDS, handle: items },
    ],
  };
}

function unknownNode(): StanzaError {
  return new StanzaError('cancel', 'item-not-found', 'There is no such node.');
}
