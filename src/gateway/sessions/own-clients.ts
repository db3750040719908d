import type { ClientId } from '../../silc/ids.js';
import { monotonicMs } from '../../util/clock.js';
import { LruMap } from '../../util/lru-map.js';

/** Client IDs of sessions that are over, or have another one now, are remembered so long and at most so many. */
const KEEP_MS = 600_000;
const MAX_FORMER = 20_000;

/** Client IDs that are, or lately were, sessions of this gateway on one network. */
export class OwnClients {
  readonly #present = new Set<ClientId>();
  /** When each is forgotten. */
  readonly #former = new LruMap<ClientId, number>(MAX_FORMER);

  add(clientId: ClientId): void {
    this.#present.add(clientId);
  }

  /** A session is over, or has another Client ID: copies and notifies of this one may still be on their way. */
  retire(clientId: ClientId): void {
    if (this.#present.delete(clientId)) this.#former.set(clientId, monotonicMs() + KEEP_MS);
  }

  has(clientId: ClientId): boolean {
    return this.#present.has(clientId) || (this.#former.peek(clientId) ?? 0) > monotonicMs();
  }
}
