import type { ClientId } from '../../silc/ids.js';
import { monotonicMs } from '../../util/clock.js';
import { LruMap } from '../../util/lru-map.js';

/** How long a ban may precede the kick that goes with it. */
const KEEP_MS = 30_000;
const MAX_MARKS = 1_000;

/**
 * Bans set through this gateway a moment ago. SILC tells the others only of the kick; whoever is here can be told that it
 * was a ban.
 */
export class BanMarks {
  readonly #marks = new LruMap<string, number>(MAX_MARKS);

  /** @param room - room address */
  mark(room: string, clientId: ClientId): void {
    const now = monotonicMs();
    this.#marks.set(`${room} ${clientId}`, now + KEEP_MS);
    for (const [old, until] of this.#marks) {
      if (until > now) break;
      this.#marks.delete(old);
    }
  }

  has(room: string, clientId: ClientId): boolean {
    return (this.#marks.peek(`${room} ${clientId}`) ?? -Infinity) > monotonicMs();
  }
}
