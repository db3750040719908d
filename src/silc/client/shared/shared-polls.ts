import { monotonicMs } from '../../../util/clock.js';
import { LruMap } from '../../../util/lru-map.js';
import { TokenBucket } from '../../../util/token-bucket.js';
import type { WatchedPerson } from '../api/presence.js';

/** Whoever is watched by so many sessions is asked for once in a while by one of them. */
const MAX_ANSWERS = 10_000;
/** Commands of all sessions together for those who are looked for again and again: a silcd does one thing at a time. */
const PACE = { burst: 100, perSecond: 200 };

type People = readonly WatchedPerson[] | undefined;

interface Answer {
  readonly askedAt: number;
  /** Undefined: the server did not tell. Never rejects. */
  readonly people: Promise<People>;
}

/** Who was there, and when that was asked. */
export interface PollAnswer {
  /** On the monotonic clock. */
  readonly askedAt: number;
  readonly people: readonly WatchedPerson[];
}

/** What the sessions on one server have asked it about those whom they watch: what one has heard the others need not ask. */
export class SharedPolls {
  readonly #answers = new LruMap<string, Answer>(MAX_ANSWERS);
  readonly #pace = new TokenBucket(PACE);

  /** Until another one may be looked for again. */
  get waitMs(): number {
    return this.#pace.waitMs;
  }

  /** A command goes out. */
  spend(cost: number): void {
    this.#pace.spend(cost);
  }

  /** Whether there is an answer, or one is on its way, to what was asked at `since` or later. */
  has(target: string, since: number): boolean {
    return (this.#answers.peek(target)?.askedAt ?? -Infinity) >= since;
  }

  /** Somebody has heard it by the way. */
  put(target: string, { askedAt, people }: PollAnswer): void {
    this.#answers.set(target, { askedAt, people: Promise.resolve(people) });
  }

  /**
   * Who is there. @param target - prepared nickname or name of a key
   * @param since - an answer to what was asked at this time of the monotonic clock, or later, will do
   * @param ask - never rejects
   */
  async find(target: string, since: number, ask: () => Promise<People>): Promise<PollAnswer | undefined> {
    const known = this.#answers.get(target);
    if (known !== undefined && known.askedAt >= since) {
      const people = await known.people;
      // The link of the one who has asked may be gone.
      if (people !== undefined) return { askedAt: known.askedAt, people };
    }
    const answer: Answer = { askedAt: monotonicMs(), people: ask() };
    this.#answers.set(target, answer);
    const people = await answer.people;
    if (people !== undefined) return { askedAt: answer.askedAt, people };
    if (this.#answers.peek(target) === answer) this.#answers.delete(target);
    return undefined;
  }
}
