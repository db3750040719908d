import type { Jid } from '../../component/jid.js';
import { rankOf } from '../../mapping/affiliation.js';
import { ChannelUserMode } from '../../silc/modes.js';
import type { Channel } from '../channels/channel.js';
import type { Address } from '../../mapping/address.js';
import type { GatewayContext } from '../context.js';
import type { SessionRegistry } from '../sessions/session-registry.js';
import type { ActsBy } from './acts-by.js';
import type { RoomLink } from './room-view.js';
import type { UserRoom } from './user-room.js';

const RANKS = ChannelUserMode.operator | ChannelUserMode.founder;

/**
 * Owners and admins who are not in a room have their say in it: what is to be read is read by a session that is there; for everything
 * else the user's own session comes onto the channel, so that on SILC it is that user who does it, and goes after a while.
 */
export class Visits {
  readonly #context: GatewayContext;
  readonly #sessions: SessionRegistry;

  constructor(context: GatewayContext, sessions: SessionRegistry) {
    this.#context = context;
    this.#sessions = sessions;
  }

  /**
   * The room of a user who owns it or is its admin; SILC sees nothing of that.
   * @returns undefined for anybody else
   * @throws StoreError
   */
  async room(user: Jid, to: Address): Promise<UserRoom | undefined> {
    if (to.kind !== 'channel' && to.kind !== 'occupant') return undefined;
    const network = this.#sessions.networks.get(to.network);
    if (network === undefined) return undefined;
    const { jid, name } = to;
    const channel = this.#sessions.channels.ensure({ network: to.network, jid, name }, network.ownClients);
    try {
      await channel.rights.load();
      if (!isEntitled(channel, user)) return undefined;
      return this.#sessions.restore(user, to.network)?.room(jid, name);
    } finally {
      channel.release();
    }
  }

  /** A link by which it can be done. @throws StanzaError as a join is refused, and when a quota is used up; StoreError */
  async link(user: Jid, room: UserRoom, by: ActsBy): Promise<RoomLink> {
    const { channel } = room;
    if (room.isJoined) return room.whenJoined();
    const other = by === 'self' ? undefined : linkOf(channel, by === 'any' ? undefined : RANKS);
    if (other !== undefined) return other;
    if (room.session.nickname === '') this.#sessions.checkSessions(user, 0);
    this.#sessions.churn.joins(user, channel.jid);
    const place = { network: channel.network, channel: channel.name };
    const reserved = await this.#context.nicknames.of(place, room.user);
    const known = room.session.nickname;
    await room.visit(reserved ?? (known === '' ? this.#sessions.nicknameOf(user) : known));
    // A channel that the server had forgotten is put back first.
    await channel.rights.settled();
    return room.whenJoined();
  }
}

function isEntitled({ ownership, rights }: Channel, user: Jid): boolean {
  const isRanked = rankOf(ownership.affiliationOf(user.bare) ?? 'none') >= rankOf('admin');
  // Without a founder key nobody can be made operator but by another one.
  return isRanked && (ownership.isShared || rights.places.size > 0);
}

function linkOf({ rights }: Channel, ranks: number | undefined): RoomLink | undefined {
  return rights.places.find(({ self }) => ranks === undefined || ((self?.mode ?? 0) & ranks) !== 0)?.link;
}
