/** What the store says to the log. */
export interface StoreLog {
  warn(fields: Readonly<Record<string, unknown>>, text: string): void;
  info(fields: Readonly<Record<string, unknown>>, text: string): void;
}

/** Different reasons that are told before everything works again. */
const MAX_TOLD = 50;

/** How the store is at the moment. */
export interface StoreHealth {
  readonly ok: boolean;
  /** What is wrong, for the operator; names files and servers, never secrets. */
  readonly reason?: string;
}

/**
 * What can fail by itself: the place where the store is (files, server), the key file, the lock, what is written on end, and what
 * is asked for.
 */
export type StorePart = 'place' | 'key' | 'lock' | 'writing' | 'asking';

/** Knows what of the store does not work, and tells the log when that changes: once, however often it fails. */
export class StoreMonitor {
  readonly #log: StoreLog | undefined;
  readonly #troubles = new Map<StorePart, string>();
  /** What the log knows since everything worked last. */
  readonly #told = new Set<string>();

  constructor(log?: StoreLog) {
    this.#log = log;
  }

  get health(): StoreHealth {
    const reasons = [...new Set(this.#troubles.values())];
    return reasons.length === 0 ? { ok: true } : { ok: false, reason: reasons.join('; ') };
  }

  /** Something does not work. */
  fails(part: StorePart, reason: string): void {
    this.#troubles.set(part, reason);
    if (this.#told.has(reason) || this.#told.size >= MAX_TOLD) return;
    this.#told.add(reason);
    this.#log?.warn({ reason }, 'the store fails');
  }

  /** It works, again or as ever. */
  works(part: StorePart): void {
    if (!this.#troubles.delete(part)) return;
    if (this.#troubles.size > 0) return;
    this.#told.clear();
    this.#log?.info({}, 'the store works again');
  }

  /** Something was mended, which the operator should know of. */
  mended(text: string): void {
    this.#log?.warn({}, text);
  }
}
