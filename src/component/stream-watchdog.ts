import { monotonicMs } from '../util/clock.js';

/** When silence becomes suspicious, milliseconds. */
export interface WatchdogOptions {
  /** Silence after which the peer is pinged. */
  readonly idleMs: number;
  /** Further silence after which the connection counts as dead. */
  readonly pingMs: number;
}

export const DEFAULT_WATCHDOG: WatchdogOptions = { idleMs: 60_000, pingMs: 20_000 };

/** What is watched. */
export interface WatchedPeer {
  /** Milliseconds since anything was heard. */
  silentMs(): number;
  ping(): void;
  /** Called once when the peer stayed silent after a ping. */
  dead(): void;
}

/**
 * Finds half-open connections: TCP alone notices them after a quarter of an hour, or never. Whatever is heard counts
 * as life, answers and errors alike.
 */
export class StreamWatchdog {
  readonly #options: WatchdogOptions;
  readonly #peer: WatchedPeer;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: WatchdogOptions, peer: WatchedPeer) {
    this.#options = options;
    this.#peer = peer;
    this.#watch();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #watch(): void {
    const rest = this.#options.idleMs - this.#peer.silentMs();
    if (rest <= 0) {
      this.#ping();
      return;
    }
    this.#timer = setTimeout(() => this.#watch(), Math.ceil(rest));
    this.#timer.unref();
  }

  #ping(): void {
    const since = monotonicMs();
    this.#peer.ping();
    this.#timer = setTimeout(() => {
      const heardSince = this.#peer.silentMs() < monotonicMs() - since;
      if (heardSince) this.#watch();
      else this.#peer.dead();
    }, this.#options.pingMs);
    this.#timer.unref();
  }
}
