import { type Clock, monotonicMs } from '../../util/clock.js';
import { LruMap } from '../../util/lru-map.js';
import { reasonOf } from '../../util/race.js';

/**
 * What the failure of a handshake says of the server: it works, and more of them change nothing; it takes no more now; or
 * it was not there, or too slow.
 */
export type Verdict = 'answered' | 'refused' | 'silent';

export interface PacerOptions {
  readonly judge: (error: unknown) => Verdict;
  /** Least time between the starts of two handshakes, asked anew each time. Default 0: only the window counts. */
  readonly spacingMs?: () => number;
  readonly now?: Clock;
  /** Yields [0, 1), like Math.random. */
  readonly random?: () => number;
}

/** Somebody who wants a connection. */
export interface PlaceRequest {
  /** The greater, the sooner; asked again and again, since it changes while one waits. */
  readonly urgency: () => number;
  /** Of those as urgent as each other groups take turns, e.g. domains. */
  readonly group?: string;
  readonly signal: AbortSignal;
}

interface Waiting extends PlaceRequest {
  /** Who came first has the lower one. */
  readonly number: number;
  readonly go: () => void;
  readonly fail: (error: unknown) => void;
}

/** Handshakes under way: at the start, and at most. */
const FIRST_WINDOW = 4;
const MAX_WINDOW = 32;
/** A handshake that took no longer than this, or so many times the shortest one, shows that the server bears more. */
const EASY_MS = 250;
const EASY_TIMES = 3;
/** Likewise that it bears less. */
const SLOW_MS = 2_000;
const SLOW_TIMES = 8;
/** The shortest handshake is forgotten by and by: networks change. */
const FORGETTING = 1.01;
/** Groups that are remembered. */
const MAX_GROUPS = 1_000;
/** Pauses after a refusal, and after nobody was there: they grow while nothing succeeds. */
const REFUSED_MS = { min: 250, max: 4_000 };
const ABSENCE_MS = { min: 200, max: 2_000 };
/** Rounds of refusals without a success after which everybody who waits is told. */
const MAX_REFUSALS = 6;
/** So long the order in which they are needed holds. */
const ORDER_MS = 250;
/** So long a server that was not there counts as absent: then one handshake finds out. */
const ABSENT_MS = 10_000;

/**
 * Paces the connections to one server by what it bears. A window of handshakes under way grows while they succeed, and
 * shrinks when the server refuses them or gets slow. Places go to whoever is needed most; who gives up costs nobody anything.
 */
export class ConnectPacer {
  readonly #judge: (error: unknown) => Verdict;
  readonly #spacingMs: () => number;
  readonly #now: Clock;
  readonly #random: () => number;
  readonly #waiting = new Set<Waiting>();
  /** Some of those who wait, the last one first, and when they were put in order. */
  #order: Waiting[] = [];
  #orderedAt = -Infinity;
  readonly #sleepers = new Set<() => void>();
  /** When a group had its last place. */
  readonly #served = new LruMap<string, number>(MAX_GROUPS);
  #window = FIRST_WINDOW;
  /** Below it the window doubles with each round, above it grows by one. */
  #threshold = MAX_WINDOW;
  #underWay = 0;
  #requests = 0;
  #places = 0;
  #timer: NodeJS.Timeout | undefined;
  #notBefore = -Infinity;
  #shrunkAt = -Infinity;
  #succeededAt = -Infinity;
  #shortestMs = Infinity;
  #refusals = 0;
  #absences = 0;
  /** When nobody was there last; undefined after a success. */
  #absentAt: number | undefined;

  constructor({ judge, spacingMs = () => 0, now = monotonicMs, random = Math.random }: PacerOptions) {
    this.#judge = judge;
    this.#spacingMs = spacingMs;
    this.#now = now;
    this.#random = random;
  }

  /** Handshakes that may be under way at the same time now. */
  get window(): number {
    return Math.floor(this.#window);
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  /** It was not there a short while ago, or somebody is finding out. */
  get isAbsent(): boolean {
    if (this.#absentAt === undefined) return false;
    return this.#underWay > 0 || this.#now() < this.#absentAt + ABSENT_MS;
  }

  /**
   * Makes a connection when it is one's turn; again, while the server takes no more for the moment.
   * @throws what the attempt throws; what another attempt threw that found nobody there; the signal's reason
   */
  async run<T>(attempt: () => Promise<T>, request: PlaceRequest): Promise<T> {
    const number = ++this.#requests;
    for (;;) {
      await this.#place(number, request);
      const start = this.#now();
      try {
        const result = await attempt();
        this.#succeeded(start);
        return result;
      } catch (error) {
        if (request.signal.aborted || !this.#isPassing(error, start)) throw error;
      } finally {
        this.#underWay--;
        this.#dispatch();
      }
    }
  }

  /** Calls back once, when the server is there again; @returns takes that back */
  onPresent(callback: () => void): () => void {
    this.#sleepers.add(callback);
    return () => this.#sleepers.delete(callback);
  }

  #place(number: number, request: PlaceRequest): Promise<void> {
    const { signal } = request;
    if (signal.aborted) return Promise.reject(reasonOf(signal));
    return new Promise((resolve, reject) => {
      const settle = (act: () => void): void => {
        this.#waiting.delete(waiting);
        signal.removeEventListener('abort', abort);
        act();
      };
      const abort = (): void => {
        settle(() => reject(reasonOf(signal)));
        this.#dispatch();
      };
      const waiting: Waiting = {
        ...{ ...request, number },
        go: () => settle(resolve),
        fail: (error) => settle(() => reject(error instanceof Error ? error : reasonOf(signal))),
      };
      signal.addEventListener('abort', abort, { once: true });
      this.#waiting.add(waiting);
      if (waiting.urgency() > (this.#order.at(-1)?.urgency() ?? Infinity)) this.#orderedAt = -Infinity;
      this.#dispatch();
    });
  }

  #dispatch(): void {
    clearTimeout(this.#timer);
    while (this.#waiting.size > 0 && this.#underWay < this.window) {
      const now = this.#now();
      if (now < this.#notBefore) {
        this.#timer = setTimeout(() => this.#dispatch(), this.#notBefore - now);
        return;
      }
      this.#underWay++;
      const spacingMs = this.#spacingMs();
      if (spacingMs > 0) this.#notBefore = now + spacingMs;
      this.#next()?.go();
    }
  }

  /** The next one in order. Of thousands not each is asked for each place. */
  #next(): Waiting | undefined {
    const now = this.#now();
    let next = this.#order.pop();
    while (next !== undefined && !this.#waiting.has(next)) next = this.#order.pop();
    if (next === undefined || now >= this.#orderedAt + ORDER_MS) {
      this.#order = this.#ordered();
      this.#orderedAt = now;
      next = this.#order.pop();
    }
    if (next !== undefined) this.#served.set(next.group ?? '', ++this.#places);
    return next;
  }

  /**
   * Whoever is needed most comes last. Of those alike one of each group is before the second one of any, beginning with the group
   * whose last place was given the longest ago; of a group the one who came first.
   */
  #ordered(): Waiting[] {
    const rounds = new Map<string, number>();
    return [...this.#waiting]
      .map((waiting) => ({ waiting, urgency: waiting.urgency(), group: waiting.group ?? '' }))
      .sort((a, b) => a.waiting.number - b.waiting.number)
      .map((one) => {
        const key = `${one.urgency} ${one.group}`;
        const round = rounds.get(key) ?? 0;
        rounds.set(key, round + 1);
        return { ...one, round, served: this.#served.peek(one.group) ?? 0 };
      })
      .sort(
        (a, b) =>
          a.urgency - b.urgency ||
          b.round - a.round ||
          b.served - a.served ||
          b.waiting.number - a.waiting.number,
      )
      .map(({ waiting }) => waiting);
  }

  #succeeded(start: number): void {
    const now = this.#now();
    const tookMs = now - start;
    this.#succeededAt = now;
    this.#refusals = 0;
    this.#shortestMs = Math.min(this.#shortestMs * FORGETTING, tookMs);
    const isFull = this.#underWay >= this.window;
    if (tookMs > Math.max(SLOW_MS, SLOW_TIMES * this.#shortestMs)) {
      if (start >= this.#shrunkAt) this.#shrink(0.75);
    } else if (isFull && tookMs <= Math.max(EASY_MS, EASY_TIMES * this.#shortestMs)) {
      const step = this.#window < this.#threshold ? 1 : 1 / this.#window;
      this.#window = Math.min(MAX_WINDOW, this.#window + step);
    }
    if (this.#absentAt === undefined) return;
    this.#absentAt = undefined;
    this.#absences = 0;
    this.#notBefore = now;

    for (const wake of [...this.#sleepers]) wake();
    this.#sleepers.clear();
  }

  /** Whether another try may help whom it concerns. */
  #isPassing(error: unknown, start: number): boolean {
    const verdict = this.#judge(error);
    if (verdict === 'answered') return false;
    // Others were let in meanwhile: it is there, but has too much to do.
    const isBusy = verdict === 'refused' || this.#succeededAt > start;
    // What began before the last refusal tells nothing new.
    if (start < this.#shrunkAt) return isBusy;
    this.#shrink(isBusy ? 0.5 : 0);
    const now = this.#now();
    if (isBusy && ++this.#refusals < MAX_REFUSALS) {
      this.#pause(REFUSED_MS, this.#refusals);
      return true;
    }
    this.#absentAt = now;
    this.#pause(ABSENCE_MS, ++this.#absences);
    for (const waiting of [...this.#waiting]) waiting.fail(error);
    return false;
  }

  /** Nothing is started for a while: between half of the step and the whole of it. */
  #pause({ min, max }: { readonly min: number; readonly max: number }, failures: number): void {
    const step = Math.min(max, min * 2 ** Math.min(failures - 1, 30));
    this.#notBefore = this.#now() + step * (0.5 + this.#random() / 2);
  }

  #shrink(factor: number): void {
    this.#threshold = Math.max(FIRST_WINDOW, this.#window / 2);
    this.#window = Math.max(1, this.#window * factor);
    this.#shrunkAt = this.#now();
  }
}
