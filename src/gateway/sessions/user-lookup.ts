import type { Jid } from '../../component/jid.js';
import { StanzaError } from '../../component/stanza.js';
import type { Address, OccupantAddress, UserAddress } from '../../mapping/address.js';
import { hasDisambiguator } from '../../mapping/identity.js';
import { preparedNickname } from '../../mapping/nickname.js';
import type { User, WhoisResult } from '../../silc/client/types.js';
import type { GatewayContext } from '../context.js';
import { ambiguous, shownAs } from './ambiguous-nick.js';
import type { ServiceSession } from './service-session.js';
import type { SessionRegistry } from './session-registry.js';

/** Questions of one user at the same time that the gateway's own session is asked: it serves everybody else, too. */
const MAX_LOOK_UPS = 5;

/** What is asked about SILC users, found by WHOIS: through the asker's own session, else through the gateway's. */
export class UserLookup {
  readonly #context: GatewayContext;
  readonly #sessions: SessionRegistry;
  readonly #services: ReadonlyMap<string, ServiceSession>;
  /** By bare JID. */
  readonly #lookUps = new Map<string, number>();

  constructor(
    context: GatewayContext,
    sessions: SessionRegistry,
    services: ReadonlyMap<string, ServiceSession>,
  ) {
    this.#context = context;
    this.#sessions = sessions;
    this.#services = services;
  }

  /** The user behind an address. @throws StanzaError item-not-found; conflict where several have the nickname; SilcError. */
  async find(from: Jid, to: Address): Promise<User> {
    if (to.kind === 'user') return this.#findUser(from, to);
    if (to.kind === 'occupant') return this.#findOccupant(from, to);
    throw new StanzaError('cancel', 'service-unavailable');
  }

  async #findUser(from: Jid, to: UserAddress): Promise<User> {
    const session = this.#sessions.find(from, to.network);
    const [shown, ...othersShown] = session === undefined ? [] : shownAs(session.rooms.values(), to);
    if (shown !== undefined && othersShown.length === 0) {
      const result = await session?.silc?.whoisById(shown.clientId);
      if (result !== undefined) return result.user;
    }
    const results = await this.#whois(from, to.network, to.name);
    const users = results
      .map((result) => result.user)
      .filter((user) => user.nickname !== undefined && preparedNickname(user.nickname) === to.name)
      .filter((user) => to.qualifier === undefined || hasDisambiguator(user, to.qualifier));
    const [user, ...others] = users;
    if (user === undefined) {
      throw new StanzaError('cancel', 'item-not-found', `Nobody called ${to.name} is on this SILC network.`);
    }
    if (others.length > 0) throw ambiguous(this.#context.addressing, to.network, to.name, users);
    return user;
  }

  async #findOccupant(from: Jid, to: OccupantAddress): Promise<User> {
    const room = this.#sessions.joinedRoom(from, to);
    if (room === undefined) throw new StanzaError('modify', 'not-acceptable', 'You are not in this room.');
    const occupant = room.channel.occupants.byName(to.occupant);
    const result =
      occupant === undefined ? undefined : await (await room.whenJoined()).silc.whoisById(occupant.clientId);
    if (result === undefined) {
      throw new StanzaError('cancel', 'item-not-found', `There is no ${to.occupant} in this room.`);
    }
    return result.user;
  }

  async #whois(from: Jid, network: string, nickname: string): Promise<readonly WhoisResult[]> {
    const own = this.#sessions.find(from, network)?.silc;
    if (own !== undefined) return own.whois(nickname);
    const service = this.#services.get(network);
    if (service === undefined) throw new StanzaError('cancel', 'item-not-found');
    const running = this.#lookUps.get(from.bare) ?? 0;
    if (running >= MAX_LOOK_UPS) {
      throw new StanzaError('wait', 'resource-constraint', 'Too many of your questions wait for an answer.');
    }
    this.#lookUps.set(from.bare, running + 1);
    try {
      return await service.whois(nickname);
    } finally {
      const left = (this.#lookUps.get(from.bare) ?? 1) - 1;
      if (left > 0) this.#lookUps.set(from.bare, left);
      else this.#lookUps.delete(from.bare);
    }
  }
}
