export interface SessionWatchdogOptions {
  /** A PING each so many milliseconds. */
  readonly intervalMs: number;
  /** No packet at all within so many milliseconds after a PING: the server is gone. */
  readonly timeoutMs: number;
  readonly ping: () => Promise<unknown>;
  readonly onDead: () => void;
}

/**
 * Finds out that a server is gone although TCP has not noticed. The server's own heartbeats come once only, so it is
 * asked. Whatever packet arrives is a sign of life.
 */
export class SessionWatchdog {
  readonly #options: SessionWatchdogOptions;
  readonly #interval: NodeJS.Timeout;
  #deadline: NodeJS.Timeout | undefined;
  #asking = false;

  constructor(options: SessionWatchdogOptions) {
    this.#options = options;
    this.#interval = setInterval(() => this.#ask(), options.intervalMs);
    this.#interval.unref();
  }

  /** A packet has arrived. */
  heard(): void {
    clearTimeout(this.#deadline);
    this.#deadline = undefined;
  }

  stop(): void {
    clearInterval(this.#interval);
    clearTimeout(this.#deadline);
  }

  #ask(): void {
    this.#deadline ??= setTimeout(() => this.#options.onDead(), this.#options.timeoutMs);
    this.#deadline.unref();
    if (this.#asking) return;
    this.#asking = true;
    this.#options
      .ping()
      // An error answers as well as a success, and silence is what the deadline is for.
      .catch(() => undefined)
      .finally(() => {
        this.#asking = false;
      });
  }
}
