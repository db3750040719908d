import type { Jid } from '../../component/jid.js';
import { StanzaError } from '../../component/stanza.js';
import type { Address, OccupantAddress, UserAddress } from '../../mapping/address.js';
import { hasDisambiguator } from '../../mapping/identity.js';
import { preparedNickname } from '../../mapping/nickname.js';
import type { User, WhoisResult } from '../../silc/client/types.js';
import type { GatewayContext } from '../context.js';
import { FairQueue } from '../../util/fair-queue.js';
import { ambiguous, shownAs } from './ambiguous-nick.js';
import { askerOf, tooManyQuestions } from './nickname-questions.js';
import type { ServiceSession } from './service-session.js';
import type { SessionRegistry } from './session-registry.js';
import { text } from '../../text/text.js';

/** Look-ups of one user that the user's own session is asked at the same time: joins and the like go between them. */
const OWN_RUNNING = 10;
const OWN = { perOwner: 200, total: 10_000 };

/** What is asked, by whom, and until when it is waited for. */
interface Question<A extends Address = Address> {
  readonly from: Jid;
  readonly to: A;
  readonly signal: AbortSignal;
}

/** What is asked about SILC users, found by WHOIS: through the asker's own session, else through the gateway's. */
export class UserLookup {
  readonly #context: GatewayContext;
  readonly #sessions: SessionRegistry;
  readonly #services: ReadonlyMap<string, ServiceSession>;
  readonly #own = new FairQueue({
    ...{ running: Infinity, runningPerOwner: OWN_RUNNING, full: tooManyQuestions },
    ...OWN,
  });

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
  async find({ from, to, signal }: Question): Promise<User> {
    this.#context.quotas.take('lookups', from);
    if (to.kind === 'user') return this.#findUser({ from, to, signal });
    if (to.kind === 'occupant') return this.#findOccupant({ from, to, signal });
    throw new StanzaError('cancel', 'service-unavailable');
  }

  async #findUser({ from, to, signal }: Question<UserAddress>): Promise<User> {
    const session = this.#sessions.find(from, to.network);
    const [shown, ...othersShown] = session === undefined ? [] : shownAs(session.rooms.values(), to);
    if (shown !== undefined && othersShown.length === 0) {
      const silc = session?.silc;
      const result = await this.#ofOwn(from, signal, async () => silc?.whoisById(shown.clientId));
      if (result !== undefined) return result.user;
    }
    const contact = this.#context.contacts.sightings.clientAt(from.bare, to.jid);
    if (shown === undefined && contact !== undefined) {
      const silc = session?.silc;
      const result = await this.#ofOwn(from, signal, async () => silc?.whoisById(contact.clientId));
      if (result !== undefined) return result.user;
    }
    const results = await this.#whois(from, to, signal);
    const users = results
      .map((result) => result.user)
      .filter((user) => user.nickname !== undefined && preparedNickname(user.nickname) === to.name)
      .filter((user) => to.qualifier === undefined || hasDisambiguator(user, to.qualifier));
    const [user, ...others] = users;
    if (user === undefined) {
      throw new StanzaError(
        'cancel',
        'item-not-found',
        text(({ people }) => people.nobodyCalled(to.name)),
      );
    }
    if (others.length > 0) throw ambiguous(this.#context.addressing, to.network, to.name, users);
    return user;
  }

  async #findOccupant({ from, to, signal }: Question<OccupantAddress>): Promise<User> {
    const room = this.#sessions.joinedRoom(from, to);
    if (room === undefined)
      throw new StanzaError(
        'modify',
        'not-acceptable',
        text(({ errors }) => errors.notInRoom),
      );
    const occupant = room.channel.occupants.byName(to.occupant);
    const result =
      occupant === undefined
        ? undefined
        : await this.#ofOwn(from, signal, async () =>
            (await room.whenJoined()).silc.whoisById(occupant.clientId),
          );
    if (result === undefined) {
      throw new StanzaError(
        'cancel',
        'item-not-found',
        text(({ rooms }) => rooms.notThere(to.occupant)),
      );
    }
    return result.user;
  }

  async #whois(
    from: Jid,
    { network, name }: UserAddress,
    signal: AbortSignal,
  ): Promise<readonly WhoisResult[]> {
    const nicknames = this.#services.get(network)?.nicknames;
    if (nicknames === undefined) throw new StanzaError('cancel', 'item-not-found');
    const session = this.#sessions.find(from, network);
    const own = session?.silc;
    if (session === undefined || own === undefined) return nicknames.holders(from, name, signal);
    const { unknownNicknames } = session.network;
    if (unknownNicknames.has(name)) return [];
    return unknownNicknames.ask(name, () => this.#ofOwn(from, signal, () => own.whois(name)));
  }

  #ofOwn<T>(from: Jid, signal: AbortSignal, ask: () => Promise<T>): Promise<T> {
    return this.#own.run(askerOf(from), ask, signal);
  }
}
