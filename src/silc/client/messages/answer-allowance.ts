import { Allowance } from '../allowance.js';
import { trim } from '../people/users.js';
import type { UserRecord } from '../people/users.js';

/** Answers that nobody has written: to one user at most 64 at once and ten a second, to all 256 and fifty a second. */
const PER_USER = { burst: 64, intervalMs: 100 };
const ALL = { burst: 256, intervalMs: 20 };
const MAX_USERS = 256;

/** Bounds what a session answers by itself to what others send: a flood of questions is no reason for one of answers. */
export class AnswerAllowance {
  readonly #now: () => number;
  readonly #all: Allowance;
  /** Least recently used first. */
  readonly #users = new Map<UserRecord, Allowance>();

  /** @param now clock in milliseconds */
  constructor(now: () => number = Date.now) {
    this.#now = now;
    this.#all = new Allowance(ALL.burst, ALL.intervalMs, now);
  }

  /** True, and once less from now on, where one more answer to this user is fine. */
  take(user: UserRecord): boolean {
    const own = this.#users.get(user) ?? new Allowance(PER_USER.burst, PER_USER.intervalMs, this.#now);
    this.#users.delete(user);
    this.#users.set(user, own);
    trim(this.#users, MAX_USERS);
    return own.take() && this.#all.take();
  }
}
