import type { Jid } from '../component/jid.js';
import { type Element, StanzaError, xml } from '../component/stanza.js';
import type { Address, ChannelAddress } from '../mapping/address.js';
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
} from '../mapping/disco.js';
import { Namespace } from '../mapping/namespaces.js';
import { readPageRequest } from '../mapping/paging.js';
import type { ListedChannel } from '../silc/client/types.js';
import type { GatewayContext } from './context.js';
import { refusable } from './failures.js';
import type { People } from './iq-people.js';
import type { ServiceSession } from './service-session.js';
import type { Users } from './users.js';

/** Name by which the gateway shows itself. */
export const GATEWAY_NAME = 'SILC gateway';
/** Node under which a client asks for the rooms that an occupant is in (XEP-0045, 6.6) and the like. */
const TRAFFIC_NODE = 'http://jabber.org/protocol/muc#traffic';
/** The topic that a server shows of a private channel. */
const HIDDEN_TOPIC = '*private*';

/** Service discovery of the gateway, its networks, rooms and users (XEP-0030). */
export class Disco {
  readonly #context: GatewayContext;
  readonly #users: Users;
  readonly #people: People;
  readonly #services: ReadonlyMap<string, ServiceSession>;
  /** The items of a channel list, as long as the list is kept: addresses of thousands of channels take a second to make. */
  readonly #items = new WeakMap<readonly ListedChannel[], readonly DiscoItem[]>();

  constructor(
    context: GatewayContext,
    users: Users,
    people: People,
    services: ReadonlyMap<string, ServiceSession>,
  ) {
    this.#context = context;
    this.#users = users;
    this.#people = people;
    this.#services = services;
  }

  async info(query: Element, from: Jid, to: Address): Promise<Element> {
    const node = query.attrs.node;
    switch (to.kind) {
      case 'gateway': {
        if (node === undefined || node === '') return gatewayInfo(GATEWAY_NAME);
        const network = networkOfNode(node);
        if (network !== undefined && this.#services.has(network)) return networkInfo(network);
        throw unknownNode();
      }
      case 'channel':
        if (node === TRAFFIC_NODE) return xml('query', { xmlns: Namespace.discoInfo, node });
        if (node !== undefined && node !== '') throw unknownNode();
        return this.#roomInfo(from, to);
      case 'occupant':
      case 'user': {
        if (node !== undefined && node !== '') throw unknownNode();
        const user = await this.#people.find(from, to);
        return userInfo(user.nickname ?? '', user.mode);
      }
    }
  }

  async items(query: Element, from: Jid, to: Address): Promise<Element> {
    const page = readPageRequest(query);
    if (page === undefined)
      throw new StanzaError('modify', 'bad-request', 'A number in the page request is none.');
    const node = query.attrs.node === '' ? undefined : query.attrs.node;
    switch (to.kind) {
      case 'gateway':
        return itemsPage(await this.#gatewayItems(node), page, node);
      case 'channel': {
        if (node !== undefined) throw unknownNode();
        // Who is in a room is told to those who are in it.
        const occupants = [...(this.#users.joinedRoom(from, to)?.occupants.values() ?? [])];
        return itemsPage(
          occupants.map(({ jid, name }) => ({ jid, name })),
          page,
        );
      }
      case 'occupant':
      case 'user':
        return itemsPage([], page, node);
    }
  }

  async #gatewayItems(node: string | undefined): Promise<readonly DiscoItem[]> {
    const networks = [...this.#services.keys()];
    if (node === undefined) {
      const [only] = networks;
      if (networks.length > 1 || only === undefined) {
        return networks.map((network) => networkItem(this.#context.domain, network));
      }
      return this.#channelItems(only);
    }
    const network = networkOfNode(node);
    if (network === undefined || !this.#services.has(network)) throw unknownNode();
    return this.#channelItems(network);
  }

  async #channelItems(network: string): Promise<readonly DiscoItem[]> {
    return this.#itemsOf(network, await this.#channels(network));
  }

  #itemsOf(network: string, channels: readonly ListedChannel[]): readonly DiscoItem[] {
    const known = this.#items.get(channels);
    if (known !== undefined) return known;
    const items = channels.map(({ name, users }) =>
      channelItem(this.#context.addressing.channelToJid(network, name), name, users),
    );
    this.#items.set(channels, items);
    return items;
  }

  /** Of a room one is in, what one sees; of another one, what the channel list tells. */
  async #roomInfo(from: Jid, to: ChannelAddress): Promise<Element> {
    const room = this.#users.findRoom(from, to.network, to.jid);
    const channel = room?.channel;
    if (room !== undefined && channel !== undefined) {
      const { name, mode, topic } = channel;
      return roomInfo({ name, mode, topic, occupants: room.occupants.size });
    }
    // A network that does not answer is no reason to keep a client from trying to join.
    const channels = await this.#channels(to.network).catch(() => []);
    const listed = channels[this.#itemsOf(to.network, channels).findIndex(({ jid }) => jid === to.jid)];
    if (listed === undefined) return roomInfo({ name: to.name });
    const { name, topic, users } = listed;
    return roomInfo(topic === HIDDEN_TOPIC ? { name } : { name, topic, occupants: users });
  }

  async #channels(network: string): Promise<readonly ListedChannel[]> {
    const service = this.#services.get(network);
    return service === undefined ? [] : refusable('query', service.channels());
  }
}

function unknownNode(): StanzaError {
  return new StanzaError('cancel', 'item-not-found', 'There is no such node.');
}
