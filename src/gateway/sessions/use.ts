import { monotonicMs } from '../../util/clock.js';

/** When a session was used last, and the end of one that nobody has used for a while. */
export class Use {
  readonly #idleMs: () => number;
  #usedAt = -Infinity;
  #spokeAt = -Infinity;
  #timer: NodeJS.Timeout | undefined;

  /** @param idleMs - so long it is kept after its last use */
  constructor(idleMs: () => number) {
    this.#idleMs = idleMs;
  }

  /** Of private messages, or what the user has said in a room. */
  get lastAt(): number {
    return Math.max(this.#spokeAt, this.#usedAt);
  }

  /** Whether a private message was ever exchanged. */
  get wasUsed(): boolean {
    return this.#usedAt !== -Infinity;
  }

  /** The user has said something in a room, which keeps the session by itself. */
  spoke(): void {
    this.#spokeAt = monotonicMs();
  }

  /** A private message was exchanged. */
  used(): void {
    this.#usedAt = monotonicMs();
  }

  /** How long the session is kept by its use. @param isBusy - it is being used */
  leftMs(isBusy: boolean): number {
    return isBusy ? this.#idleMs() : this.#usedAt + this.#idleMs() - monotonicMs();
  }

  /** Calls back then, in place of what was to be called before. */
  wait(ms: number, callback: () => void): void {
    this.stop();
    this.#timer = setTimeout(callback, ms);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}
