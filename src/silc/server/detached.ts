import type { ServerClient } from './client.js';

/** Registered clients without a connection: their number and their time are bounded. */
export class DetachedClients {
  readonly #most: number;
  readonly #timeMs: number;
  readonly #expired: (client: ServerClient) => void;
  readonly #timers = new Map<ServerClient, NodeJS.Timeout>();

  /** @param expired told of a client that has not come back in time; it is no longer detached then */
  constructor(
    limits: { readonly detachedClients: number; readonly detachMs: number },
    expired: (client: ServerClient) => void,
  ) {
    this.#most = limits.detachedClients;
    this.#timeMs = limits.detachMs;
    this.#expired = expired;
  }

  get size(): number {
    return this.#timers.size;
  }

  /** False where detaching is switched off. */
  get offered(): boolean {
    return this.#most > 0;
  }

  has(client: ServerClient): boolean {
    return this.#timers.has(client);
  }

  /** False when there is no room. */
  add(client: ServerClient): boolean {
    if (this.#timers.size >= this.#most) return false;
    const timer = setTimeout(() => {
      this.#timers.delete(client);
      this.#expired(client);
    }, this.#timeMs);
    timer.unref();
    this.#timers.set(client, timer);
    return true;
  }

  /** The client has come back, or is gone. */
  delete(client: ServerClient): void {
    clearTimeout(this.#timers.get(client));
    this.#timers.delete(client);
  }

  close(): void {
    for (const client of [...this.#timers.keys()]) this.delete(client);
  }
}
