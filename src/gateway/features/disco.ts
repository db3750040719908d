import type { Jid } from '../../component/jid.js';
import { type Element, StanzaError } from '../../component/stanza.js';
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
import type { User } from '../../silc/client/types.js';
import { NS_RSM, readPageRequest } from '../../mapping/paging.js';
import type { ChannelDirectory } from '../channels/channel-directory.js';
import { RESERVED_NODE, reservedNicknameInfo } from '../../mapping/room-registration.js';
import type { DiscoNode, Feature, Request, TargetKind } from '../feature.js';
import { type FeatureParts, GATEWAY_NAME } from './parts.js';
import { text } from '../../text/text.js';

const KINDS: readonly TargetKind[] = ['gateway', 'channel', 'occupant', 'user'];
const both = [Namespace.discoInfo, Namespace.discoItems];

/** What the table advertises for a kind of address. */
export function advertised(features: readonly Feature[], kind: TargetKind): readonly string[] {
  return features.flatMap(({ disco }) => disco?.[kind] ?? []);
}

/**
 * Service discovery of the gateway, its networks, rooms and users.
 * @param directory - what there is on the networks
 * @param features - the whole table
 */
export function disco(
  { context, sessions, services, lookup }: FeatureParts,
  directory: ChannelDirectory,
  features: () => readonly Feature[],
): Feature {
  /** @throws StanzaError bad-request where a stranger asks about an occupant (XEP-0045, 6.6) */
  function checkInside({ from, to }: Request): void {
    if (to.kind !== 'occupant' || sessions.joinedRoom(from, to) !== undefined) return;
    throw new StanzaError(
      'modify',
      'bad-request',
      text(({ rooms }) => rooms.occupantsOnly),
    );
  }

  /** @throws StanzaError item-not-found */
  function nodeOf(request: Request, node: string): DiscoNode {
    for (const feature of features()) {
      const found = feature.discoNode?.(request, node);
      if (found !== undefined) return found;
    }
    throw unknownNode();
  }

  async function info(request: Request, query: Element): Promise<Element> {
    const { from, to } = request;
    checkInside(request);
    const node = query.attrs.node ?? '';
    if (to.kind === 'gateway') {
      const network = networkOfNode(node);
      if (network !== undefined && services.has(network)) return networkInfo(network);
    }
    if (to.kind === 'channel' && node === TRAFFIC_NODE) return trafficInfo(to.name);
    if (to.kind === 'channel' && node === RESERVED_NODE) {
      const place = { network: to.network, channel: to.name };
      return reservedNicknameInfo(await context.nicknames.of(place, from.bare));
    }
    if (node !== '') return nodeOf(request, node).info;
    const namespaces = advertised(features(), to.kind);
    if (to.kind === 'gateway') return gatewayInfo(GATEWAY_NAME, namespaces);
    if (to.kind === 'channel') {
      const { name, mode, topic, users } = (await directory.find(from, to)) ?? { name: to.name };
      const kept = await context.settings.find(to);
      return roomInfo({ name, mode, topic, occupants: users, kept }, namespaces);
    }
    return userInfo((await present(request)).mode, namespaces);
  }

  /**
   * Who is away or has never been is answered for as Jabber servers do for accounts (RFC 6121, 8.5): clients that ask before they
   * add a contact take it for one who is offline, and anything else for a wrong address.
   */
  async function present(request: Request): Promise<User> {
    try {
      return await lookup.find(request);
    } catch (error) {
      const isAway = error instanceof StanzaError && error.condition === 'item-not-found';
      if (!isAway || request.to.kind !== 'user') throw error;
      throw new StanzaError('cancel', 'service-unavailable', error.anyText);
    }
  }

  async function items(request: Request, query: Element): Promise<Element> {
    const { from, to } = request;
    checkInside(request);
    const page = readPageRequest(query);
    if (page === undefined) {
      throw new StanzaError(
        'modify',
        'bad-request',
        text(({ forms }) => forms.badPageNumber),
      );
    }
    const node = query.attrs.node === '' ? undefined : query.attrs.node;
    const network = networkOfNode(node ?? '');
    if (node !== undefined && network === undefined)
      return itemsPage(nodeOf(request, node).items, page, node);
    if (to.kind === 'gateway') return itemsPage(await gatewayItems(from, node), page, node);
    if (to.kind !== 'channel') return itemsPage([], page, node);
    if (node !== undefined) throw unknownNode();
    // Who is in a room is told to those who are in it.
    const occupants = [...(sessions.joinedRoom(from, to)?.channel.occupants.values() ?? [])];
    return itemsPage(
      occupants.map(({ jid, name }) => ({ jid, name })),
      page,
    );
  }

  /** The channels of the default network, then an item for each other one, whose items are its channels. */
  async function gatewayItems(from: Jid, node: string | undefined): Promise<readonly DiscoItem[]> {
    if (node !== undefined) {
      const network = networkOfNode(node);
      if (network === undefined || !services.has(network)) throw unknownNode();
      return channelItems(from, network);
    }
    const networks = [...services.keys()];
    const [only, ...more] = networks;
    const first = context.addressing.defaultNetwork ?? (more.length === 0 ? only : undefined);
    const others = networks
      .filter((network) => network !== first)
      .map((network) => networkItem(context.domain, network));
    if (first === undefined) return others;
    try {
      return [...(await channelItems(from, first)), ...others];
    } catch (error) {
      // One network that does not answer hides no other.
      if (others.length > 0) return others;
      throw error;
    }
  }

  async function channelItems(from: Jid, network: string): Promise<readonly DiscoItem[]> {
    const channels = await directory.list(from, network);
    return [...channels.values()].map(({ jid, name, users }) => channelItem(jid, name, users));
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
  return new StanzaError(
    'cancel',
    'item-not-found',
    text(({ errors }) => errors.noSuchNode),
  );
}
