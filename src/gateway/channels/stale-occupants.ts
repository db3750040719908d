import type { User } from '../../silc/client/types.js';
import { monotonicMs } from '../../util/clock.js';
import type { Occupant } from './occupants.js';

/**
 * Occupants who are shown and are not on the channel that was joined again after a broken link. Each can be claimed by
 * who has come back as somebody new: after a restart of the server everybody has another Client ID.
 */
export class StaleOccupants {
  readonly #onExpired: (occupant: Occupant) => void;
  /** By nickname, so that a large room is compared in one pass. */
  #groups = new Map<string | undefined, Occupant[]>();
  #timer: NodeJS.Timeout | undefined;
  #until = 0;

  /** @param onExpired called for everybody who has not come back in time */
  constructor(onExpired: (occupant: Occupant) => void) {
    this.#onExpired = onExpired;
  }

  /** What is left of their time, while it passes. */
  get remainingMs(): number {
    return this.#timer === undefined ? 0 : Math.max(0, this.#until - monotonicMs());
  }

  /** These and nobody else are stale. */
  replace(occupants: Iterable<Occupant>): void {
    this.pause();
    this.#groups = new Map();
    for (const occupant of occupants) this.#put(occupant);
  }

  /** One more, who has so many milliseconds, or as long as those who are stale already. */
  add(occupant: Occupant, ms: number): void {
    this.#put(occupant);
    if (this.#timer === undefined) this.expireIn(ms);
  }

  /** Nobody expires until `expireIn`. */
  pause(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** The stale occupant who this user is; no longer stale then. */
  claim(user: User): Occupant | undefined {
    const candidates = this.#groups.get(comparedNickname(user)) ?? [];
    const index = candidates.findIndex((occupant) => canBeSameKey(occupant, user));
    const [old] = index < 0 ? [] : candidates.splice(index, 1);
    return old;
  }

  /** This very client is there again. */
  returned(occupant: Occupant): void {
    const group = this.#groups.get(comparedNickname(occupant)) ?? [];
    const index = group.findIndex(({ clientId }) => clientId === occupant.clientId);
    if (index >= 0) group.splice(index, 1);
  }

  /** Gives those who are still stale so many milliseconds more. */
  expireIn(ms: number): void {
    this.pause();
    if (ms <= 0) {
      this.#expire();
      return;
    }
    this.#until = monotonicMs() + ms;
    this.#timer = setTimeout(() => this.#expire(), ms);
  }

  #put(occupant: Occupant): void {
    const nickname = comparedNickname(occupant);
    const group = this.#groups.get(nickname);
    if (group === undefined) this.#groups.set(nickname, [occupant]);
    else group.push(occupant);
  }

  #expire(): void {
    this.#timer = undefined;
    const groups = this.#groups;
    this.#groups = new Map();
    for (const group of groups.values()) for (const occupant of group) this.#onExpired(occupant);
  }
}

const comparedNickname = ({ nickname }: { readonly nickname: string | undefined }): string | undefined =>
  nickname?.toLowerCase();

/** False only where both keys are known and differ. */
function canBeSameKey(occupant: Occupant, user: User): boolean {
  return (
    occupant.fingerprint === undefined ||
    user.fingerprint === undefined ||
    occupant.fingerprint === user.fingerprint
  );
}
