import type { ClientId } from '../../ids.js';
import type { WatchedPerson, WatchTarget } from '../api/presence.js';
import type { SharedPolls } from '../shared/shared-polls.js';
import { monotonicMs } from '../../../util/clock.js';
import { type PollContext, pollIds } from './watch-poll.js';

/**
 * Asked for at once. As soon as one of them is not there, a standalone silcd tells of none of them, 12 s later: then each is looked
 * for by itself, which takes as long as they are many.
 */
const TOGETHER = 10;
/** Those who are there are asked for so often, as a part of the interval; and the part of that which is left to chance. */
const PART = 0.5;
const JITTER = 0.5;

/** Somebody who is watched. */
export interface Watch {
  readonly target: WatchTarget;
  /** The server has taken it. */
  stands: boolean;
  /** Who was found by the newest poll, and when that was, on the monotonic clock. */
  found: readonly ClientId[];
  polledAt: number;
  /** Look-ups in a row that the server did not answer. */
  failures: number;
  /** Of a key: the nickname to look for first, and how often nobody was there since the key itself was searched for. */
  nickname?: string | undefined;
  misses: number;
  /** How often in a row those asked for together were not all told, although this one was there. */
  strikes: number;
}

/** Who was there so often although the server told of nobody is asked for by itself for once. */
const MAX_STRIKES = 3;

interface TogetherOptions {
  readonly context: PollContext;
  readonly polls: SharedPolls;
  readonly watches: ReadonlyMap<string, Watch>;
  readonly intervalMs: number;
  /** Who was found. */
  take(watch: Watch, people: readonly WatchedPerson[], askedAt: number): void;
  /** There are suspects. */
  suspected(): void;
}

/** Those known by key who are there: many of them are asked for by one command. */
export class WatchTogether {
  /** Watches, one of which has lost somebody at least: to be looked for one by one. */
  readonly suspects = new Set<string>();
  readonly #options: TogetherOptions;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;
  #wasSuspect = false;

  constructor(options: TogetherOptions) {
    this.#options = options;
  }

  /** Whether a watch is none of those that take turns. */
  covers(key: string, { target, found, stands, strikes }: Watch): boolean {
    const isThere = stands && 'publicKey' in target && found.length > 0;
    return isThere && strikes < MAX_STRIKES && !this.suspects.has(key);
  }

  /** Those who take turns, longest unpolled first. */
  get others(): readonly string[] {
    const others = [...this.#options.watches].filter(([key, watch]) => !this.covers(key, watch));
    return others.map(([key]) => key).filter((key) => !this.suspects.has(key));
  }

  /** Suspects and those who take turns are looked for alternately: neither waits for the other for ever. */
  get isSuspectNext(): boolean {
    return this.suspects.size > 0 && (!this.#wasSuspect || this.others.length === 0);
  }

  /** Whose turn is next; empty: nobody's. */
  get turn(): string {
    const [next = ''] = this.isSuspectNext ? this.suspects : this.others;
    return next;
  }

  /** It was this one's turn. @returns whether it is a suspect */
  took(key: string): boolean {
    this.#wasSuspect = this.suspects.delete(key);
    return this.#wasSuspect;
  }

  start(): void {
    if (this.#isClosed || this.#timer !== undefined) return;
    const rounds = Math.max(1, Math.ceil(this.#covered().length / TOGETHER));
    const mean = (this.#options.intervalMs * PART) / rounds;
    // Few as these are they wait for nobody: the others wait until the server has room for more.
    this.#timer = setTimeout(
      () => {
        void this.#ask().finally(() => {
          this.#timer = undefined;
          this.start();
        });
      },
      mean * (1 - JITTER / 2 + JITTER * Math.random()),
    );
    this.#timer.unref();
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
  }

  /** Longest unasked first. */
  #covered(): readonly (readonly [string, Watch])[] {
    const { watches } = this.#options;
    const covered = [...watches].filter(([key, watch]) => this.covers(key, watch));
    return covered.sort(([, one], [, other]) => one.polledAt - other.polledAt);
  }

  /** Never rejects. */
  async #ask(): Promise<void> {
    const { polls, context, intervalMs } = this.#options;
    const since = monotonicMs() - (intervalMs * PART) / 2;
    const asked: (readonly [string, Watch])[] = [];
    for (const [key, watch] of this.#covered()) {
      if (watch.polledAt >= since) break;
      if (polls.has(key, since)) await this.#share(key, watch, since);
      else if (asked.push([key, watch]) === TOGETHER) break;
    }
    if (asked.length === 0 || polls.waitMs > 0) return;
    const askedAt = monotonicMs();
    const found = asked.map(([, watch]) => watch.found);
    for (const [, watch] of asked) watch.polledAt = askedAt;
    const people = await pollIds(context, new Set(found.flat()));
    if (this.#isClosed) return;
    for (const [index, [key, watch]] of asked.entries()) {
      // It may have been looked at by itself meanwhile.
      if (!this.#isStanding(key, watch) || watch.found !== found[index]) continue;
      if (people === undefined) {
        this.suspects.add(key);
        continue;
      }
      const own = people.filter(({ clientId }) => watch.found.includes(clientId));
      watch.strikes = 0;
      polls.put(key, { askedAt, people: own });
      this.#options.take(watch, own, askedAt);
    }
    if (this.suspects.size > 0) this.#options.suspected();
  }

  /** What another session has heard. */
  async #share(key: string, watch: Watch, since: number): Promise<void> {
    watch.polledAt = monotonicMs();
    const answer = await this.#options.polls.find(key, since, () => Promise.resolve(undefined));
    if (answer === undefined || this.#isClosed || !this.#isStanding(key, watch)) return;
    this.#options.take(watch, answer.people, answer.askedAt);
  }

  #isStanding(key: string, watch: Watch): boolean {
    return this.#options.watches.get(key) === watch;
  }
}
