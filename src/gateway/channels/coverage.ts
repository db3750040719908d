/** A time in which perhaps nobody heard a channel, on the monotonic clock. */
export interface Span {
  readonly from: number;
  readonly until: number;
}

/** Whoever hears a channel. */
interface Listener {
  /** When it has heard something last. */
  readonly heardAt: number;
}

/** When somebody asked to listen, and when that was granted. */
export interface Beginning {
  readonly sentAt: number;
  readonly answeredAt: number;
}

/** A span of which only those who listened `since` before it can still tell, by being heard after it: from `past` on. */
interface Doubt extends Span {
  readonly since: number;
  readonly past: number;
}

/** Spans that are in doubt at most; beyond it the two oldest become one. */
const MAX_DOUBTS = 8;

/**
 * Which time of a channel some session of the gateway has heard. A link may be dead long before that is found out, so a session counts
 * up to what it has heard last: whatever came later, nothing is missing before it. While another session could have heard a span
 * that one has missed, it is in doubt, until that one is heard again or found to be dead too.
 */
export class Coverage<L extends Listener> {
  /** Since when each listens. */
  readonly #listening = new Map<L, number>();
  /** Until then nothing is missing but what is in doubt; undefined before the first one listens. */
  #heardUntil: number | undefined;
  #doubts: Doubt[] = [];

  /** When it was heard last, while nobody listens. */
  get unheardSince(): number | undefined {
    return this.#listening.size === 0 ? this.#heardUntil : undefined;
  }

  /** Nobody has heard it since then, as an earlier process tells. */
  restore(heardUntil: number): void {
    this.#heardUntil = heardUntil;
  }

  /** Somebody listens from now on. @returns the span before it that nobody can have heard */
  begins(listener: L, { sentAt, answeredAt: until }: Beginning): Span | undefined {
    this.#settle();
    const before = this.#heardUntil ?? until;
    let from = before;
    for (const { heardAt } of this.#listening.keys()) {
      from = Math.max(from, heardAt);
      // Nothing is in doubt, whatever the others have heard.
      if (from >= sentAt) break;
    }
    const isAlone = this.#listening.size === 0;
    this.#listening.set(listener, until);
    this.#heardUntil = Math.max(before, until);
    if (isAlone) return from < until ? { from, until } : undefined;
    // Neighbours are told of the new one before the answer comes: who was heard while that was under way has missed nothing.
    if (from >= sentAt) return undefined;
    this.#doubts.push({ from, until, since: before, past: sentAt });
    const [first, second, ...rest] = this.#doubts;
    if (rest.length > MAX_DOUBTS - 2 && first !== undefined && second !== undefined) {
      this.#doubts = [{ ...first, until: second.until, past: second.past }, ...rest];
    }
    return undefined;
  }

  /** Somebody has listened, as far as it has heard something. @returns spans that, as is clear now, nobody has heard */
  ends(listener: L): readonly Span[] {
    this.#settle();
    const { heardAt } = listener;
    const since = this.#listening.get(listener);
    if (since === undefined) return [];
    this.#listening.delete(listener);
    this.#heardUntil = Math.max(this.#heardUntil ?? heardAt, heardAt);
    const unheard: Span[] = [];
    this.#doubts = this.#doubts.flatMap((doubt) => {
      const from = since <= doubt.since ? Math.max(doubt.from, heardAt) : doubt.from;
      if (from >= doubt.past) return [];
      if (this.#couldHear(doubt)) return [{ ...doubt, from }];
      unheard.push({ from, until: doubt.until });
      return [];
    });
    return unheard;
  }

  clear(): void {
    this.#listening.clear();
    this.#doubts = [];
    this.#heardUntil = undefined;
  }

  #couldHear({ since }: Doubt): boolean {
    for (const begun of this.#listening.values()) if (begun <= since) return true;
    return false;
  }

  /** Takes out what somebody has heard beyond. */
  #settle(): void {
    if (this.#doubts.length === 0) return;
    this.#doubts = this.#doubts.filter(({ since, past }) => {
      for (const [{ heardAt }, begun] of this.#listening) if (begun <= since && heardAt >= past) return false;
      return true;
    });
  }
}
