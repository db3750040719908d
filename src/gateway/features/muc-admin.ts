import { type Element, StanzaError } from '../../component/stanza.js';
import {
  affiliationRequest,
  isAffiliation,
  isRole,
  roleRequest,
  type RoleOrAffiliationRequest,
} from '../../mapping/affiliation.js';
import { banMaskOf, nicknameOfMask } from '../../mapping/ban-mask.js';
import { kickComment } from '../../mapping/kick-comment.js';
import { Namespace } from '../../mapping/namespaces.js';
import { type AdminItem, adminItems, banList, occupantList } from '../../mapping/room-admin.js';
import { withStanzaErrors } from '../failures.js';
import { type Feature, inRoom, type RoomRequest } from '../feature.js';
import { multiUserChat } from '../spec.js';
import type { Occupant } from '../channels/occupants.js';
import type { UserRoom } from '../rooms/user-room.js';
import type { FeatureParts } from './parts.js';

type Target = Pick<RoomRequest, 'room' | 'silc' | 'channelId'>;

/** Roles and affiliations, shown and set. An answer comes when the SILC server has answered. */
export function mucAdmin({ context: { addressing, bans } }: FeatureParts): Feature {
  async function list({ room, silc, channelId }: Target, query: Element): Promise<Element> {
    const { affiliation, role } = query.getChild('item')?.attrs ?? {};
    if (affiliation === 'outcast') {
      const masks = await silc.bans(channelId);
      return banList(
        masks.map((mask) => {
          const nickname = nicknameOfMask(mask);
          const network = room.session.network.name;
          return { mask, jid: nickname === undefined ? undefined : addressing.userToJid(network, nickname) };
        }),
      );
    }
    const occupants = [...room.channel.occupants.values()];
    if (isAffiliation(affiliation)) {
      return occupantList(occupants.filter((occupant) => occupant.affiliation === affiliation));
    }
    if (isRole(role)) return occupantList(occupants.filter((occupant) => occupant.role === role));
    throw new StanzaError('modify', 'bad-request', 'The item names neither role nor affiliation.');
  }

  async function set(target: Target, item: AdminItem): Promise<void> {
    const occupant = occupantOf(target.room, item);
    if (item.affiliation === 'outcast' || (item.affiliation === 'none' && occupant === undefined)) {
      return changeBan(target, item, occupant);
    }
    if (occupant === undefined) {
      throw new StanzaError('cancel', 'item-not-found', 'There is no such occupant.');
    }
    if (item.role !== undefined) await apply(target, occupant, roleRequest(item.role), item.reason);
    if (item.affiliation !== undefined) {
      await apply(target, occupant, affiliationRequest(item.affiliation), item.reason);
    }
  }

  /** Bans by nickname, and kicks who is there; or takes the ban back. */
  async function changeBan(
    { room, silc, channelId }: Target,
    item: AdminItem,
    occupant: Occupant | undefined,
  ): Promise<void> {
    const nickname = occupant?.nickname ?? nicknameOf(room, item);
    if (nickname === undefined) {
      throw new StanzaError('cancel', 'item-not-found', 'This is no user of the same SILC network.');
    }
    if (occupant !== undefined && occupant.clientId === room.self?.clientId) {
      throw new StanzaError('cancel', 'not-allowed', 'You cannot ban yourself.');
    }
    if (item.affiliation !== 'outcast') {
      for (const mask of await silc.bans(channelId)) {
        if (nicknameOfMask(mask)?.toLowerCase() === nickname.toLowerCase()) {
          await silc.ban(channelId, 'delete', mask);
          room.channel.rights.bansChanged('delete', mask);
        }
      }
      return;
    }
    const mask = banMaskOf(nickname);
    await silc.ban(channelId, 'add', mask);
    room.channel.rights.bansChanged('add', mask);
    if (occupant === undefined) return;
    bans.mark(room.jid, occupant.clientId);
    await withStanzaErrors('kick', silc.kick(channelId, occupant.clientId, kickComment(item.reason)));
  }

  /** The occupant an item means, by name or by address. */
  function occupantOf(room: UserRoom, { nick, jid }: AdminItem): Occupant | undefined {
    if (nick !== undefined) return room.channel.occupants.byName(nick);
    if (jid === undefined) throw new StanzaError('modify', 'bad-request', 'An item names nobody.');
    const address = addressing.parse(jid);
    if (address.kind === 'occupant' && address.jid === room.jid) {
      return room.channel.occupants.byName(address.occupant);
    }
    if (address.kind !== 'user' || address.network !== room.session.network.name) return undefined;
    return room.channel.occupants.byAddress(address.name, address.qualifier);
  }

  function nicknameOf(room: UserRoom, { nick, jid }: AdminItem): string | undefined {
    if (jid === undefined) return nick;
    const address = addressing.parse(jid);
    const isOfNetwork = address.kind === 'user' && address.network === room.session.network.name;
    return isOfNetwork ? address.name : undefined;
  }

  return {
    name: 'roles and affiliations',
    specs: [
      multiUserChat(
        '8 and 9: roles and affiliations, shown and set',
        [Namespace.mucAdmin],
        'affiliations of those who are not in the room',
      ),
    ],
    iq: [
      { type: 'get', xmlns: Namespace.mucAdmin, ...inRoom('channel', 'forbidden', list) },
      {
        type: 'set',
        xmlns: Namespace.mucAdmin,
        errors: 'role',
        ...inRoom('channel', 'forbidden', async (request, query: Element): Promise<undefined> => {
          const items = adminItems(query);
          if (items === undefined)
            throw new StanzaError('modify', 'bad-request', 'An item is not understood.');
          for (const item of items) await set(request, item);
        }),
      },
    ],
  };
}

async function apply(
  { room, silc, channelId }: Target,
  occupant: Occupant,
  request: RoleOrAffiliationRequest,
  reason: string | undefined,
): Promise<void> {
  switch (request.kind) {
    case 'impossible':
      throw new StanzaError('cancel', 'not-allowed', 'Founder rights cannot be given away on SILC.');
    case 'kick':
      if (occupant.clientId === room.self?.clientId) throw new StanzaError('cancel', 'not-allowed');
      return withStanzaErrors('kick', silc.kick(channelId, occupant.clientId, kickComment(reason)));
    case 'mode': {
      const { mode } = occupant;
      const { set = 0, clear = 0 } = request.change;
      if (((mode | set) & ~clear) === mode) return;
      return silc.setMemberMode(channelId, occupant.clientId, request.change);
    }
    case 'ban':
      return;
  }
}
