import { tryParseJid } from '../../component/jid.js';
import { monotonicMs } from '../../util/clock.js';
import type { GatewayContext } from '../context.js';
import type { UserRoom } from '../rooms/user-room.js';
import type { SessionRegistry } from '../sessions/session-registry.js';
import type { StayRoom } from './stays.js';

/** How often is looked for users who stay in a room and are not there. */
const SWEEP_MS = 30_000;
/** Rooms that are entered again at one time. */
const MAX_ROOMS = 200;
/** Pauses between two tries for one user, the first and the longest. */
const [FIRST_PAUSE_MS, LAST_PAUSE_MS] = [30_000, 1_800_000];

interface Retry {
  readonly at: number;
  readonly pauseMs: number;
}

/** Brings users back to the rooms that they stay in, after whatever has put them out but their own will or that of a room. */
export class AlwaysOn {
  readonly #context: GatewayContext;
  readonly #sessions: SessionRegistry;
  /** By network and user. */
  readonly #retries = new Map<string, Retry>();
  #timer: NodeJS.Timeout | undefined;

  constructor(context: GatewayContext, sessions: SessionRegistry) {
    this.#context = context;
    this.#sessions = sessions;
  }

  start(): void {
    this.#sweep();
    this.#timer = setInterval(() => this.#sweep(), SWEEP_MS);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** A network is there (again): whoever stays on it is brought back at once. */
  networkAdded(network: string): void {
    for (const key of this.#retries.keys()) if (key.startsWith(`${network} `)) this.#retries.delete(key);
    this.#sweep();
  }

  /** Whether users stay in their rooms is another thing than before. */
  reconsider(): void {
    for (const session of this.#sessions.all()) for (const room of session.rooms.values()) room.reconsider();
  }

  #sweep(): void {
    for (const old of this.#context.stays.expire()) this.#roomOf(old)?.reconsider();
    let left = MAX_ROOMS;
    const tried = new Set<string>();
    for (const { place, ...stay } of this.#context.stays.places()) {
      if (left === 0) break;
      // What was kept on a network that is not in the configuration waits for its return.
      if (!this.#sessions.networks.has(stay.network)) continue;
      const key = `${stay.network} ${stay.user}`;
      const room = this.#roomOf(stay);
      if (room?.isJoined === true) this.#retries.delete(key);
      if (room !== undefined || (!tried.has(key) && !this.#isTime(key))) continue;
      tried.add(key);
      left--;
      try {
        this.#bringBack(stay)?.joinAlone(place);
      } catch (error) {
        // Quotas, most of all.
        this.#context.log.debug(
          { ...stay, err: error },
          'a user who stays in a room could not be brought back',
        );
      }
    }
  }

  #bringBack({ user, network, channel }: StayRoom): UserRoom | undefined {
    const jid = tryParseJid(user);
    if (jid === undefined || !this.#context.access.allows(jid)) return;
    const address = this.#context.addressing.channelToJid(network, channel);
    return this.#sessions.session(jid, network).room(address, channel);
  }

  #roomOf({ user, network, channel }: StayRoom): UserRoom | undefined {
    const address = this.#context.addressing.channelToJid(network, channel);
    return this.#sessions.findRoom({ bare: user }, network, address);
  }

  #isTime(key: string): boolean {
    const retry = this.#retries.get(key);
    if (retry !== undefined && retry.at > monotonicMs()) return false;
    const pauseMs = retry === undefined ? FIRST_PAUSE_MS : Math.min(2 * retry.pauseMs, LAST_PAUSE_MS);
    this.#retries.set(key, { at: monotonicMs() + pauseMs, pauseMs });
    return true;
  }
}
