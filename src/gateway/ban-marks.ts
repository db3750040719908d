import type { ClientId } from '../silc/ids.js';

/** How long a ban may precede the kick that goes with it. */
const KEEP_MS = 30_000;
const MAX_MARKS = 1_000;

/**
 * Bans set through this gateway a moment ago. SILC tells the others only of the kick; whoever is here can be told that it
 * was a ban.
 */
export class BanMarks {
  readonly #marks = new Map<string, number>();

  mark(room: string, clientId: ClientId): void {
    const key = `${room} ${clientId}`;
    this.#marks.delete(key);
    this.#marks.set(key, Date.now() + KEEP_MS);
    for (const [old, until] of this.#marks) {
      if (this.#marks.size <= MAX_MARKS && until > Date.now()) break;
      this.#marks.delete(old);
    }
  }

  has(room: string, clientId: ClientId): boolean {
    return (this.#marks.get(`${room} ${clientId}`) ?? 0) > Date.now();
  }
}
