import { monotonicMs } from '../util/clock.js';

/** When the peer is asked whether it is there, and what is made of its silence; milliseconds. */
export interface WatchdogOptions {
  /** How long something that was written may be unproven before the peer is pinged. */
  readonly proofMs: number;
  /** Silence after which the peer is pinged though nothing was written. */
  readonly idleMs: number;
  /** Silence after a ping by which the connection counts as dead. */
  readonly pingMs: number;
  /** The same while the peer has never answered a ping: perhaps it answers none. */
  readonly mutePingMs: number;
}

export const DEFAULT_WATCHDOG: WatchdogOptions = {
  proofMs: 1_000,
  idleMs: 20_000,
  pingMs: 15_000,
  mutePingMs: 60_000,
};

/** Pings whose answers are waited for; of a peer that is behind, each is answered late. */
const MAX_PENDING = 8;

/** What is watched. */
export interface WatchedPeer {
  /** Milliseconds since anything was heard. */
  silentMs(): number;
  /** Milliseconds since TCP at its end has made room for something that had to wait for that. */
  stalledMs(): number;
  /** A place in the row of all that was written, behind the last stanza. */
  mark(): number;
  ping(id: string): void;
  /** What was written before this place has been read. */
  proven(mark: number): void;
  /** Called once when the peer stayed silent after a ping. */
  dead(): void;
}

interface Ping {
  readonly id: string;
  readonly mark: number;
  readonly at: number;
}

/**
 * Finds half-open connections, which TCP notices after a quarter of an hour or never, and what has arrived: a ping behind all
 * that was written is sent soon after a write, and its answer, or the error instead of one, proves that it was read.
 * Whatever else is heard counts as life, but as no proof; so does that a full socket empties, since the ping waits behind it.
 */
export class StreamWatchdog {
  readonly #options: WatchdogOptions;
  readonly #peer: WatchedPeer;
  /** Ids of pings begin with it; nobody can guess it. */
  readonly #prefix: string;
  #pings: Ping[] = [];
  #count = 0;
  #proven: number;
  #hasAnswered: boolean;
  #writtenAt = -Infinity;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  /** @param hasAnswered - whether this peer has answered a ping before */
  constructor(options: WatchdogOptions, peer: WatchedPeer, prefix: string, hasAnswered: boolean) {
    this.#options = options;
    this.#peer = peer;
    this.#prefix = prefix;
    this.#hasAnswered = hasAnswered;
    this.#proven = peer.mark();
    // Whether it answers at all should be known before anything depends on it.
    if (hasAnswered) this.#watch();
    else this.#ping();
  }

  get hasAnswered(): boolean {
    return this.#hasAnswered;
  }

  /** Whether the peer answers pings, and not as late as if it answered none any more. */
  get provesInTime(): boolean {
    const [first] = this.#pings;
    return this.#hasAnswered && (first === undefined || first.at > monotonicMs() - this.#options.mutePingMs);
  }

  /** Something was written. */
  wrote(): void {
    if (this.#stopped || this.#writtenAt !== -Infinity || this.#pings.length > 0) return;
    this.#writtenAt = monotonicMs();
    this.#watch();
  }

  /** Much was written: its proof is asked for without delay. */
  ask(): void {
    if (!this.#stopped) this.#ping();
  }

  /** Takes an iq that came back. @returns false when it is none of the pings */
  answered(id: string): boolean {
    if (!id.startsWith(this.#prefix)) return false;
    const index = this.#pings.findIndex((ping) => ping.id === id);
    const ping = this.#pings[index];
    // Given up for others meanwhile, or of the stream before.
    if (ping === undefined || this.#stopped) return true;
    this.#hasAnswered = true;
    this.#pings.splice(0, index + 1);
    this.#prove(ping.mark);
    this.#writtenAt = this.#peer.mark() > ping.mark ? monotonicMs() : -Infinity;
    this.#watch();
    return true;
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  /** Looks again when something may be due. */
  #watch(): void {
    clearTimeout(this.#timer);
    const restMs = Math.min(this.#restMs(), this.#options.pingMs);
    this.#timer = setTimeout(() => this.#look(), Math.max(1, Math.ceil(restMs)));
    this.#timer.unref();
  }

  #restMs(): number {
    const now = monotonicMs();
    const last = this.#pings.at(-1);
    if (last !== undefined) return last.at + this.#patienceMs(last) - now;
    const { idleMs, proofMs } = this.#options;
    const idle = idleMs - this.#peer.silentMs();
    return this.#writtenAt === -Infinity ? idle : Math.min(idle, this.#writtenAt + proofMs - now);
  }

  #isSilentSince({ at }: Ping): boolean {
    return this.#peer.silentMs() >= monotonicMs() - at;
  }

  #patienceMs(ping: Ping): number {
    const { pingMs, mutePingMs } = this.#options;
    return this.#hasAnswered || !this.#isSilentSince(ping) ? pingMs : mutePingMs;
  }

  #look(): void {
    if (this.#restMs() > 0) {
      this.#watch();
      return;
    }
    const last = this.#pings.at(-1);
    if (last === undefined) this.#ping();
    // What has come while our own event loop was held up is read first.
    else setImmediate(() => this.#judge(last));
  }

  #judge(last: Ping): void {
    if (this.#stopped || this.#pings.at(-1) !== last) return;
    if (!this.#isSilentSince(last)) {
      // Alive, and behind with its work; or it answers no pings, and what it had so long is taken as read.
      if (!this.#hasAnswered) this.#prove(last.mark);
      this.#ping();
    } else if (this.#restMs() > 0) this.#watch();
    else if (this.#peer.stalledMs() < monotonicMs() - last.at) this.#ping();
    else {
      this.stop();
      this.#peer.dead();
    }
  }

  #ping(): void {
    const id = `${this.#prefix}${++this.#count}`;
    if (this.#pings.length >= MAX_PENDING) this.#pings.shift();
    this.#pings.push({ id, mark: this.#peer.mark(), at: monotonicMs() });
    this.#writtenAt = -Infinity;
    this.#peer.ping(id);
    this.#watch();
  }

  #prove(mark: number): void {
    if (mark <= this.#proven) return;
    this.#proven = mark;
    this.#peer.proven(mark);
  }
}
