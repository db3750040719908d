import type { ClientId } from '../../silc/ids.js';

/** So long after somebody spoke who was not known as a member, the session that keeps the members has heard of it, or never will. */
const SPEAKER_MS = 3_000;

/** Those who are shown because they spoke, and of whom is not known yet whether they are members. */
export class Speakers {
  readonly #timers = new Map<ClientId, NodeJS.Timeout>();

  /** @param decide - called when it can be known */
  spoke(clientId: ClientId, decide: () => void): void {
    clearTimeout(this.#timers.get(clientId));
    const timer = setTimeout(() => {
      this.#timers.delete(clientId);
      decide();
    }, SPEAKER_MS);
    this.#timers.set(clientId, timer);
  }

  clear(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }
}
