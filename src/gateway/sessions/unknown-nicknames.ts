import { preparedNickname } from '../../mapping/nickname.js';
import type { SessionEvent, WhoisResult } from '../../silc/client/types.js';
import { monotonicMs } from '../../util/clock.js';
import { LruMap } from '../../util/lru-map.js';

/**
 * How long a nickname is taken to be nobody's: only that is dear to ask. Who has one is asked each time, since a second
 * one may have come, and a look-up must never show one of two.
 */
const UNKNOWN_MS = 30_000;
const MAX_REMEMBERED = 5_000;

/** Nicknames (prepared) that nobody on a network has, as was answered lately and as far as no session has seen otherwise. */
export class UnknownNicknames {
  /** When each was answered. */
  readonly #unknown = new LruMap<string, number>(MAX_REMEMBERED);
  /** Of the questions under way. */
  readonly #asking = new Map<string, Set<{ isOutdated: boolean }>>();

  has(nickname: string): boolean {
    const at = this.#unknown.get(nickname);
    if (at === undefined) return false;
    if (monotonicMs() - at < UNKNOWN_MS) return true;
    this.#unknown.delete(nickname);
    return false;
  }

  /** Asks who has a nickname, and remembers that nobody has, unless somebody was seen meanwhile. @throws what `question` throws */
  async ask(
    nickname: string,
    question: () => Promise<readonly WhoisResult[]>,
  ): Promise<readonly WhoisResult[]> {
    const asked = { isOutdated: false };
    const same = this.#asking.get(nickname) ?? new Set();
    this.#asking.set(nickname, same.add(asked));
    try {
      const results = await question();
      if (results.length === 0 && !asked.isOutdated) this.#unknown.set(nickname, monotonicMs());
      else this.#unknown.delete(nickname);
      return results;
    } finally {
      same.delete(asked);
      if (same.size === 0) this.#asking.delete(nickname);
    }
  }

  /** A session has heard of somebody. */
  heard(event: SessionEvent): void {
    switch (event.type) {
      case 'watched-online':
      case 'watched-changed':
        this.seen(event.person.nickname);
        return;
      case 'member-joined':
        this.seen(event.member.user.nickname);
        return;
      case 'user-resolved':
      case 'nick-changed':
        this.seen(event.user.nickname);
        return;
      case 'private-message':
        this.seen(event.sender.nickname);
        return;
      default:
        return;
    }
  }

  /** Somebody has this nickname. @param nickname as displayed; undefined where it is not known */
  seen(nickname: string | undefined): void {
    if (nickname === undefined || (this.#unknown.size === 0 && this.#asking.size === 0)) return;
    const prepared = preparedNickname(nickname);
    if (prepared === undefined) return;
    this.#unknown.delete(prepared);
    for (const asked of this.#asking.get(prepared) ?? []) asked.isOutdated = true;
  }

  clear(): void {
    this.#unknown.clear();
  }
}
