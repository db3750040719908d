import { tooManyWaiting } from '../failures.js';

/** Requests of one user in one room that are under way, or wait for a broken link. */
const MAX_REQUESTS = 100;

/** Requests of clients that are being carried out: the room is there until they are. */
export class HeldRequests {
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Settles as `work` does. @throws StanzaError before it when too many are under way */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#size >= MAX_REQUESTS) throw tooManyWaiting();
    this.#size++;
    try {
      return await work();
    } finally {
      this.#size--;
    }
  }
}
