import { type Clock, monotonicMs } from '../../../util/clock.js';
import { LruMap } from '../../../util/lru-map.js';
import { TokenBucket } from '../../../util/token-bucket.js';
import type { UserRecord } from '../people/users.js';

/** Answers that nobody has written: to one user, and to all. */
const PER_USER = { burst: 64, perSecond: 10 };
const ALL = { burst: 256, perSecond: 50 };
const MAX_USERS = 256;

/** Bounds what a session answers by itself to what others send: a flood of questions is no reason for one of answers. */
export class AnswerLimit {
  readonly #now: Clock;
  readonly #all: TokenBucket;
  readonly #users = new LruMap<UserRecord, TokenBucket>(MAX_USERS);

  constructor(now: Clock = monotonicMs) {
    this.#now = now;
    this.#all = new TokenBucket(ALL, now);
  }

  /** True, and once less from now on, where one more answer to this user is fine. */
  take(user: UserRecord): boolean {
    const known = this.#users.get(user);
    const own = known ?? new TokenBucket(PER_USER, this.#now);
    if (known === undefined) this.#users.set(user, own);
    return own.take() && this.#all.take();
  }
}
