import type { Jid } from '../../component/jid.js';
import { StanzaError } from '../../component/stanza.js';
import type { ClientId } from '../../silc/ids.js';
import { preparedNickname } from '../../mapping/nickname.js';
import { LruMap } from '../../util/lru-map.js';
import { turns } from '../../util/turn-scheduler.js';
import type { GatewayContext } from '../context.js';
import { countQuotaRefusal } from '../metrics-types.js';
import type { Identities } from './identities.js';
import { ChurnLimit } from './churn-limit.js';
import type { Network } from './network.js';
import type { ChannelRegistry } from '../channels/channel-registry.js';
import type { UserRoom } from '../rooms/user-room.js';
import { SessionCounts } from '../quotas/session-counts.js';
import type { KeptChannel, KeptSession } from '../restarts/state.js';
import type { StateSource } from '../restarts/state-keeper.js';
import type { EndCause } from './end-cause.js';
import type { EndedSession, SessionOwner } from './session-owner.js';
import { UserSession } from './user-session.js';
import { text } from '../../text/text.js';

/** Nicknames that are remembered for users who have no session at the moment. */
const MAX_NICKNAMES = 10_000;

/** All sessions, and what a user may have of them. */
export class SessionRegistry implements SessionOwner, StateSource {
  readonly networks: ReadonlyMap<string, Network>;
  readonly channels: ChannelRegistry;
  readonly churn: ChurnLimit;
  readonly counts: SessionCounts;
  readonly #context: GatewayContext;
  readonly #identities: Identities;
  /** Bare JID → network name → session. */
  readonly #sessions = new Map<string, Map<string, UserSession>>();
  readonly #nicknames = new LruMap<string, string>(MAX_NICKNAMES);
  /** Sessions that have said QUIT and are not off the network yet. */
  readonly #leaving = new Map<string, Promise<unknown>>();
  constructor(
    context: GatewayContext,
    networks: ReadonlyMap<string, Network>,
    identities: Identities,
    channels: ChannelRegistry,
  ) {
    this.#context = context;
    this.churn = new ChurnLimit(context.quotas);
    this.counts = new SessionCounts(context);
    this.networks = networks;
    this.#identities = identities;
    this.channels = channels;
  }

  find(user: Pick<Jid, 'bare'>, network: string): UserSession | undefined {
    return this.#sessions.get(user.bare)?.get(network);
  }

  /** The room if the user has it, whether or not this client is in it. */
  findRoom(user: Pick<Jid, 'bare'>, network: string, room: string): UserRoom | undefined {
    return this.find(user, network)?.rooms.get(room);
  }

  /** The room, with this client in it. */
  joinedRoom(
    client: Jid,
    { network, jid }: { readonly network: string; readonly jid: string },
  ): UserRoom | undefined {
    const room = this.findRoom(client, network, jid);
    return room?.has(client.full) === true ? room : undefined;
  }

  /** The session that is a client of a network. */
  withClient(network: string, clientId: ClientId): UserSession | undefined {
    if (this.networks.get(network)?.ownClients.has(clientId) !== true) return undefined;
    for (const sessions of this.#sessions.values()) {
      const session = sessions.get(network);
      if (session?.silc?.self.clientId === clientId) return session;
    }
    return undefined;
  }

  /** Whether a user of the gateway has a nickname (prepared) on a network. */
  hasNickname(network: string, nickname: string): boolean {
    for (const sessions of this.#sessions.values()) {
      const session = sessions.get(network);
      if (session !== undefined && preparedNickname(session.nickname) === nickname) return true;
    }
    return false;
  }

  *sessionsOf(user: Jid): Iterable<UserSession> {
    const sessions = this.#sessions.get(user.bare);
    if (sessions !== undefined) yield* [...sessions.values()];
  }

  *all(): Iterable<UserSession> {
    for (const sessions of [...this.#sessions.values()]) yield* [...sessions.values()];
  }

  /** Rooms that this client (full JID) is in or on its way to. */
  *roomsWith(user: Jid): Iterable<UserRoom> {
    for (const session of this.sessionsOf(user)) {
      for (const room of [...session.rooms.values()]) if (room.concerns(user.full)) yield room;
    }
  }

  /** The user's session on a network, made when there is none. @throws StanzaError when a quota is used up. */
  session(user: Jid, networkName: string): UserSession {
    const known = this.find(user, networkName);
    if (known !== undefined) return known;
    const network = this.networks.get(networkName);
    if (network === undefined)
      throw new StanzaError(
        'cancel',
        'item-not-found',
        text(({ errors }) => errors.unknownNetwork),
      );
    this.counts.checkNetwork(user, networkName);
    this.checkSessions(user, 1);
    return this.#make(user, network);
  }

  /** @param more - sessions to be made, beside those that there are. @throws StanzaError when the user cannot connect one more */
  checkSessions(user: Jid, more: number): void {
    this.counts.check(user, more);
    this.churn.begins(user);
  }

  /** A session of which SILC sees nothing yet, e.g. for what an earlier process has left: no quota refuses it. Undefined where there is no such network. */
  restore(user: Jid, networkName: string): UserSession | undefined {
    const network = this.networks.get(networkName);
    return network && (this.find(user, networkName) ?? this.#make(user, network));
  }

  #make(user: Jid, network: Network): UserSession {
    const networkName = network.name;
    const previous = this.#leaving.get(keyOf(user.bare, networkName)) ?? Promise.resolve();
    const session = new UserSession(user.bare, network, this.#context, this.#identities, this, previous);
    const sessions = this.#sessions.get(user.bare) ?? new Map<string, UserSession>();
    sessions.set(networkName, session);
    this.#sessions.set(user.bare, sessions);
    this.counts.add(user.domain, networkName);
    this.#context.metrics.adjust('sessions', 1);
    return session;
  }

  /** @throws StanzaError when the user cannot have one more room, or one more client in a room. */
  checkQuota(user: Jid, room: UserRoom | undefined): void {
    const { limits } = this.#context.config;
    if (room !== undefined) {
      if (room.concerns(user.full) || room.concerned.size < limits.resources_per_user) return;
      throw new StanzaError(
        'wait',
        'resource-constraint',
        text(({ errors }) => errors.tooManyClients),
      );
    }
    let rooms = 0;
    for (const session of this.sessionsOf(user)) rooms += session.rooms.size;
    if (rooms < limits.rooms_per_user) {
      this.counts.checkRoom(user);
      return;
    }
    countQuotaRefusal(this.#context.metrics, 'rooms', 'user');
    throw new StanzaError(
      'wait',
      'resource-constraint',
      text(({ errors }) => errors.tooManyRooms),
    );
  }

  /** The nickname of a user who has not just chosen one: the last one used, or a neutral one. */
  nicknameOf(user: Jid): string {
    const guest = this.#context.ids.guestNick(user.bare);
    const used = this.#nicknames.get(user.bare);
    const wanted = this.#context.preferences.get(user.bare, 'nick');
    return used !== undefined && used !== guest ? used : wanted === '' ? guest : wanted;
  }

  roomsChanged(user: string, by: 1 | -1): void {
    this.counts.changeRooms(domainOf(user), by);
    this.#context.metrics.adjust('rooms', by);
  }

  ended(session: EndedSession, offline: Promise<unknown>): void {
    this.#awaitLeaving(keyOf(session.user, session.network.name), offline);
    this.#context.changes.session(session.user, session.network.name);
    const sessions = this.#sessions.get(session.user);
    if (sessions?.get(session.network.name) !== session) return;
    sessions.delete(session.network.name);
    if (sessions.size === 0) this.#sessions.delete(session.user);
    this.counts.remove(domainOf(session.user), session.network.name);
    this.#context.metrics.adjust('sessions', -1);
    if (session.nickname !== '') this.#nicknames.set(session.user, session.nickname);
  }

  #awaitLeaving(key: string, offline: Promise<unknown>): void {
    const done = offline.finally(() => {
      if (this.#leaving.get(key) === done) this.#leaving.delete(key);
    });
    this.#leaving.set(key, done);
  }

  keptSession(user: string, network: string): KeptSession | undefined {
    return this.#sessions.get(user)?.get(network)?.keep();
  }

  keptChannel(network: string, name: string): KeptChannel | undefined {
    return this.channels.get(this.#context.addressing.channelToJid(network, name))?.keep();
  }

  /** Another process goes on with every session; resolves when each is detached or over. */
  async suspendAll(): Promise<void> {
    await Promise.allSettled(await begin(this.all(), (session) => session.suspend()));
  }

  /** Ends every session; resolves when all have, each within the bounds of the engine. */
  async endAll(cause: EndCause): Promise<void> {
    await Promise.allSettled(await begin(this.all(), (session) => session.end(cause)));
  }

  /** Ends the sessions on a network. @returns, once everybody is told, what resolves when all are off SILC */
  async endOn(network: string, cause: EndCause): Promise<{ readonly offline: Promise<unknown> }> {
    const there = [...this.all()].filter((session) => session.network.name === network);
    return { offline: Promise.allSettled(await begin(there, (session) => session.end(cause))) };
  }
}

/** Thousands of them begin in turns, so that what else there is to do is not held up; all go on at the same time. */
async function begin(
  sessions: Iterable<UserSession>,
  work: (session: UserSession) => Promise<void>,
): Promise<readonly Promise<void>[]> {
  const all: Promise<void>[] = [];
  for (const session of [...sessions]) {
    await turns.whenFree();
    const done = work(session);
    done.catch(() => undefined);
    all.push(done);
  }
  return all;
}

const domainOf = (user: string): string => user.slice(user.indexOf('@') + 1);
const keyOf = (user: string, network: string): string => `${user} ${network}`;
