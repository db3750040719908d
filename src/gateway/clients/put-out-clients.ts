import { monotonicMs } from '../../util/clock.js';
import { LruMap } from '../../util/lru-map.js';

/** So long after a client was told that it is out of a room it may not have read that yet, or be about to join again. */
const CROSSING_MS = 10_000;
const MAX_CLIENTS = 10_000;

/**
 * Clients that were told a moment ago that they are out of a room. A join on its way at that moment crosses the news: the
 * gateway takes it and the client thinks that it was put out after it, so that it is in the room and joins once more.
 */
export class PutOutClients {
  /** Full JID and room → when. */
  readonly #toldAt = new LruMap<string, number>(MAX_CLIENTS);

  told(full: string, room: string): void {
    this.#toldAt.set(keyOf(full, room), monotonicMs());
  }

  /** Whether a join of this client may be its first one for all that it knows. */
  mayThinkItIsOut(full: string, room: string): boolean {
    return monotonicMs() - (this.#toldAt.peek(keyOf(full, room)) ?? -Infinity) < CROSSING_MS;
  }
}

const keyOf = (full: string, room: string): string => `${full} ${room}`;
