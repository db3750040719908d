import type { UserRecord, UserStore } from '../people/users.js';
import { MAX_PEERS } from '../limits.js';
import { PeerKeys } from './peer-keys.js';
import type { Clock } from '../../../util/clock.js';
import { TokenBucket } from '../../../util/token-bucket.js';

/** Peers in the middle of an exchange. */
const MAX_HALF_OPEN = 32;
/** Steps of exchanges that are taken with one peer, and with all. An exchange has two. */
const PEER_STEPS = { burst: 16, perSecond: 0.2 };
const ALL_STEPS = { burst: 128, perSecond: 4 };

/** The peers of one session with whom there are keys, or exchanges under way. */
export class Peers {
  readonly #users: UserStore;
  readonly #now: Clock;
  readonly #steps: TokenBucket;
  /** Least recently used first; these go when there are too many. */
  readonly #peers = new Map<UserRecord, PeerKeys>();

  constructor(users: UserStore, now: Clock) {
    this.#users = users;
    this.#now = now;
    this.#steps = new TokenBucket(ALL_STEPS, now);
  }

  get(user: UserRecord | undefined): PeerKeys | undefined {
    const peer = user === undefined ? undefined : this.#peers.get(user);
    if (user === undefined || peer === undefined) return undefined;
    this.#peers.delete(user);
    this.#peers.set(user, peer);
    return peer;
  }

  ensure(user: UserRecord): PeerKeys {
    const known = this.get(user);
    if (known !== undefined) return known;
    const peer = new PeerKeys(new TokenBucket(PEER_STEPS, this.#now));
    // What is known of somebody has to last as long as the keys.
    this.#users.retain(user);
    this.#peers.set(user, peer);
    while (this.#peers.size > MAX_PEERS) this.#dropOne(user);
    return peer;
  }

  /** True when the user is still the one with these keys. */
  has(user: UserRecord, peer: PeerKeys): boolean {
    return this.#peers.get(user) === peer;
  }

  /** Each costs some milliseconds of calculation, and everybody on the network may ask for it. */
  mayStep(peer: PeerKeys): boolean {
    return peer.steps.take() && this.#steps.take();
  }

  /** Ends the exchanges of peers that have begun too many of them together. */
  boundHalfOpen(): void {
    const open = [...this.#peers.values()].filter(({ halfOpen }) => halfOpen !== undefined);
    for (const peer of open.slice(0, -MAX_HALF_OPEN)) peer.halfOpen = undefined;
  }

  remove(user: UserRecord): void {
    const peer = this.#peers.get(user);
    if (peer === undefined) return;
    this.#peers.delete(user);
    peer.wipe();
    this.#users.release(user);
  }

  entries(): readonly (readonly [UserRecord, PeerKeys])[] {
    return [...this.#peers];
  }

  /** Peers without keys go first: nobody can drive out the keys of others by exchanges that are never completed. */
  #dropOne(except: UserRecord): void {
    const others = this.entries().filter(([user, peer]) => user !== except && peer.fixed === undefined);
    const [victim] = others.find(([, peer]) => !peer.established) ?? others[0] ?? [];
    this.remove(victim ?? except);
  }
}
