import type { Jid } from '../component/jid.js';
import { type Element, StanzaError } from '../component/stanza.js';
import type { ChannelAddress } from '../mapping/address.js';
import {
  affiliationRequest,
  isAffiliation,
  isRole,
  roleRequest,
  type StandingRequest,
} from '../mapping/affiliation.js';
import { banMaskOf, nicknameOfMask } from '../mapping/ban-mask.js';
import { type AdminItem, adminItems, banList, occupantList } from '../mapping/room-admin.js';
import type { Channel, SilcSession } from '../silc/client/types.js';
import type { GatewayContext } from './context.js';
import { refusable } from './failures.js';
import type { Room } from './room.js';
import type { Occupant } from './room-occupants.js';
import type { Users } from './users.js';

/** Most octets of a KICK comment: the server drops a longer one as a whole. */
const MAX_COMMENT_OCTETS = 128;

interface Target {
  readonly room: Room;
  readonly silc: SilcSession;
  readonly channel: Channel;
}

/** Roles and affiliations, shown and set (XEP-0045, 8 and 9). An answer comes when the SILC server has answered. */
export class RoomAdmin {
  readonly #context: GatewayContext;
  readonly #users: Users;

  constructor(context: GatewayContext, users: Users) {
    this.#context = context;
    this.#users = users;
  }

  async handle(isSet: boolean, query: Element, from: Jid, to: ChannelAddress): Promise<Element | undefined> {
    const room = this.#users.joinedRoom(from, to);
    if (room === undefined) throw new StanzaError('auth', 'forbidden', 'You are not in this room.');
    const target = { room, ...(await room.whenJoined()) };
    if (!isSet) return this.#list(target, query);
    const items = adminItems(query);
    if (items === undefined) throw new StanzaError('modify', 'bad-request', 'An item is not understood.');
    for (const item of items) await this.#set(target, item);
    return undefined;
  }

  async #list({ room, silc, channel }: Target, query: Element): Promise<Element> {
    const { affiliation, role } = query.getChild('item')?.attrs ?? {};
    if (affiliation === 'outcast') {
      const masks = await refusable('query', silc.bans(channel.id));
      return banList(
        masks.map((mask) => {
          const nickname = nicknameOfMask(mask);
          const { addressing } = this.#context;
          const network = room.session.network.name;
          return { mask, jid: nickname === undefined ? undefined : addressing.userToJid(network, nickname) };
        }),
      );
    }
    const occupants = [...room.occupants.values()];
    if (isAffiliation(affiliation)) {
      return occupantList(occupants.filter((occupant) => occupant.affiliation === affiliation));
    }
    if (isRole(role)) return occupantList(occupants.filter((occupant) => occupant.role === role));
    throw new StanzaError('modify', 'bad-request', 'The item names neither role nor affiliation.');
  }

  async #set(target: Target, item: AdminItem): Promise<void> {
    const { room } = target;
    const occupant = this.#occupantOf(room, item);
    if (item.affiliation === 'outcast' || (item.affiliation === 'none' && occupant === undefined)) {
      return this.#changeBan(target, item, occupant);
    }
    if (occupant === undefined)
      throw new StanzaError('cancel', 'item-not-found', 'There is no such occupant.');
    if (item.role !== undefined) await this.#apply(target, occupant, roleRequest(item.role), item.reason);
    if (item.affiliation !== undefined) {
      await this.#apply(target, occupant, affiliationRequest(item.affiliation), item.reason);
    }
  }

  async #apply(
    { room, silc, channel }: Target,
    occupant: Occupant,
    request: StandingRequest,
    reason: string | undefined,
  ): Promise<void> {
    switch (request.kind) {
      case 'impossible':
        throw new StanzaError('cancel', 'not-allowed', 'Founder rights cannot be given away on SILC.');
      case 'kick':
        if (occupant.clientId === room.self?.clientId) throw new StanzaError('cancel', 'not-allowed');
        return refusable('kick', silc.kick(channel.id, occupant.clientId, commentOf(reason)));
      case 'mode': {
        const mode = channel.members.get(occupant.clientId)?.mode ?? 0;
        const { set = 0, clear = 0 } = request.change;
        if (((mode | set) & ~clear) === mode) return;
        return refusable('role', silc.setMemberMode(channel.id, occupant.clientId, request.change));
      }
      case 'ban':
        return;
    }
  }

  /** Bans by nickname, and kicks who is there; or takes the ban back. */
  async #changeBan(target: Target, item: AdminItem, occupant: Occupant | undefined): Promise<void> {
    const { room, silc, channel } = target;
    const nickname = occupant?.nickname ?? this.#nicknameOf(room, item);
    if (nickname === undefined) {
      throw new StanzaError('cancel', 'item-not-found', 'This is no user of the same SILC network.');
    }
    if (occupant !== undefined && occupant.clientId === room.self?.clientId) {
      throw new StanzaError('cancel', 'not-allowed', 'You cannot ban yourself.');
    }
    const isBan = item.affiliation === 'outcast';
    if (!isBan) {
      const masks = await refusable('role', silc.bans(channel.id));
      for (const mask of masks) {
        if (nicknameOfMask(mask)?.toLowerCase() === nickname.toLowerCase()) {
          await refusable('role', silc.ban(channel.id, 'delete', mask));
        }
      }
      return;
    }
    await refusable('role', silc.ban(channel.id, 'add', banMaskOf(nickname)));
    if (occupant === undefined) return;
    this.#context.bans.mark(room.jid, occupant.clientId);
    await refusable('kick', silc.kick(channel.id, occupant.clientId, commentOf(item.reason)));
  }

  /** The occupant an item means, by name or by address. */
  #occupantOf(room: Room, { nick, jid }: AdminItem): Occupant | undefined {
    if (nick !== undefined) return room.occupants.byName(nick);
    if (jid === undefined) throw new StanzaError('modify', 'bad-request', 'An item names nobody.');
    const address = this.#context.addressing.parse(jid);
    if (address.kind === 'occupant' && address.jid === room.jid)
      return room.occupants.byName(address.occupant);
    if (address.kind !== 'user' || address.network !== room.session.network.name) return undefined;
    const [first, ...others] = room.occupants.holdersOf(address.name);
    if (others.length === 0) return first;
    throw new StanzaError(
      'cancel',
      'conflict',
      `Several occupants are called ${address.name}; name one by nick.`,
    );
  }

  #nicknameOf(room: Room, { nick, jid }: AdminItem): string | undefined {
    if (jid === undefined) return nick;
    const address = this.#context.addressing.parse(jid);
    return address.kind === 'user' && address.network === room.session.network.name
      ? address.name
      : undefined;
  }
}

/** A reason as a KICK carries it: whole characters up to the limit, for a longer one would vanish. */
function commentOf(reason: string | undefined): string | undefined {
  if (reason === undefined || reason === '') return undefined;
  const encoder = new TextEncoder();
  let [comment, octets] = ['', 0];
  for (const char of reason) {
    octets += encoder.encode(char).length;
    if (octets > MAX_COMMENT_OCTETS) break;
    comment += char;
  }
  return comment;
}
