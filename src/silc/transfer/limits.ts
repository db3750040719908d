/** Bounds of one transfer. */
export interface TransferLimits {
  /** Largest file in octets, default 100 MiB. It bounds files that are received. */
  readonly maxOctets: number;
  /** For TCP connect and key exchange together, in milliseconds, default 30,000. */
  readonly connectTimeoutMs: number;
  /** Longest wait for the peer, and for the application's file, in milliseconds, default 60,000. */
  readonly stallTimeoutMs: number;
  /** Longest transfer from the connection on, in milliseconds, default 3,600,000. */
  readonly maxDurationMs: number;
  /** Slowest transfer on average, judged after `stallTimeoutMs`; default 128. */
  readonly minOctetsPerSecond: number;
  /** This side goes no faster; default as fast as it goes. */
  readonly maxOctetsPerSecond: number;
}

export const defaultLimits: TransferLimits = {
  maxOctets: 100 * 2 ** 20,
  connectTimeoutMs: 30_000,
  stallTimeoutMs: 60_000,
  maxDurationMs: 3_600_000,
  minOctetsPerSecond: 128,
  maxOctetsPerSecond: Number.POSITIVE_INFINITY,
};

/** Judges the speed of one transfer. Times are in milliseconds, of one clock that never goes back. */
export class Pace {
  readonly #limits: Pick<TransferLimits, 'minOctetsPerSecond' | 'maxOctetsPerSecond' | 'stallTimeoutMs'>;
  readonly #start: number;
  #octets = 0;

  constructor(
    limits: Pick<TransferLimits, 'minOctetsPerSecond' | 'maxOctetsPerSecond' | 'stallTimeoutMs'>,
    now: number,
  ) {
    this.#limits = limits;
    this.#start = now;
  }

  /** Counts octets that are moved, and tells how long to wait before the next ones. */
  delay(octets: number, now: number): number {
    this.#octets += octets;
    const due = this.#start + (this.#octets / this.#limits.maxOctetsPerSecond) * 1_000;
    return Math.max(0, due - now);
  }

  /** Whether the transfer has gone on long enough to be judged, and too slowly. */
  tooSlow(now: number): boolean {
    const elapsed = now - this.#start;
    if (elapsed <= this.#limits.stallTimeoutMs) return false;
    return (this.#octets / elapsed) * 1_000 < this.#limits.minOctetsPerSecond;
  }
}
