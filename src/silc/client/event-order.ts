import { Shares } from '../../util/shares.js';
import type { TurnScheduler } from '../../util/turn-scheduler.js';

/** Where order matters: the channel or person that an event is about. */
export type OrderingKey = string;

interface Entry {
  readonly keys: readonly OrderingKey[];
  readonly deliver: () => void;
  /** Octets that the event holds. */
  readonly octets: number;
  /** Lanes that it was in before, or that it belongs to without being held up by them. */
  readonly about: readonly OrderingKey[];
  ready: boolean;
}

/** What waits at most; beyond, all of it is released as it is. Beyond twice as much nobody else is waited for. */
export interface EventOrderLimits {
  readonly events: number;
  /** Sum of what the events hold: messages are up to 64 KiB each. */
  readonly octets: number;
}

const LIMITS: EventOrderLimits = { events: 4_096, octets: 4 << 20 };

/**
 * Keeps events of one channel (or one person) in order while some of them wait, for the name of a joiner or the key of
 * a signature. An event goes out when it is ready and everything before it under each of its ordering keys has gone out.
 */
export class EventOrder {
  readonly #queues = new Map<OrderingKey, Entry[]>();
  readonly #limits: EventOrderLimits;
  #waiting = 0;
  #paused = false;
  #octets = 0;
  readonly #shares: Shares;
  /** First in their queues, and waiting for the next turn. */
  #resting: Entry[] | undefined;
  /** Too much has waited: it goes as it is until half of that is left. */
  #isLettingGo = false;

  /** @param turns - of the process, by default */
  constructor(limits?: Partial<EventOrderLimits>, turns?: TurnScheduler) {
    this.#limits = limits === undefined ? LIMITS : { ...LIMITS, ...limits };
    this.#shares = new Shares(turns);
  }

  /** Events that wait. */
  get waiting(): number {
    return this.#waiting;
  }

  get isPaused(): boolean {
    return this.#paused;
  }

  /** True when an event under one of the keys would have to wait. */
  isBlocked(keys: readonly OrderingKey[]): boolean {
    return keys.some((key) => this.#queues.has(key));
  }

  /**
   * Delivers as soon as order and `ready` allow; at once (synchronously) where nothing waits.
   * @param ready - Must settle within its own deadline; how it settles does not matter.
   * @param octets - What the event holds in memory while it waits, where that is much.
   * @param about - Other keys whose `release` is meant for it too.
   */
  post(
    keys: readonly OrderingKey[],
    deliver: () => void,
    ready?: Promise<unknown>,
    octets = 0,
    about: readonly OrderingKey[] = [],
  ): void {
    const distinct = [...new Set(keys)];
    if (ready === undefined && !this.isBlocked(distinct)) {
      deliver();
      return;
    }
    const isReady = ready === undefined || this.#isLettingGo;
    const entry: Entry = { keys: distinct, deliver, octets, about, ready: isReady };
    for (const key of distinct) {
      const queue = this.#queues.get(key);
      if (queue === undefined) this.#queues.set(key, [entry]);
      else queue.push(entry);
    }
    this.#waiting++;
    this.#octets += octets;
    const release = (): void => {
      if (entry.ready) return;
      entry.ready = true;
      this.#drain([entry]);
    };
    if (!isReady) ready.then(release, release);
    if (this.#exceeds(2)) this.flush();
    else if (this.#exceeds(1)) this.#letGo();
  }

  /** While paused what waits goes on waiting, also when it is ready: whoever is told cannot keep up. */
  setPaused(paused: boolean): void {
    this.#paused = paused;
    if (paused) return;
    this.#drain(this.#heads());
  }

  /** Releases what is about an ordering key, ready or not; what waits before it under its keys too. */
  release(about: OrderingKey): void {
    const entries = new Set<Entry>();
    for (const queue of this.#queues.values()) {
      const last = queue.findLastIndex((entry) => entry.about.includes(about));
      for (const entry of queue.slice(0, last + 1)) entries.add(entry);
    }
    for (const entry of entries) entry.ready = true;
    for (const entry of entries) this.#drain([entry], true);
  }

  /** Releases everything in order, ready or not. */
  flush(): void {
    // What is delivered may post again.
    while (this.#queues.size > 0) {
      const entries = new Set([...this.#queues.values()].flat());
      for (const entry of entries) entry.ready = true;
      for (const entry of entries) this.#drain([entry], true);
    }
  }

  #exceeds(times: number): boolean {
    return this.#waiting > times * this.#limits.events || this.#octets > times * this.#limits.octets;
  }

  #heads(): Entry[] {
    return [...this.#queues.values()].flatMap(([head]) => head ?? []).reverse();
  }

  #letGo(): void {
    if (this.#isLettingGo) return;
    this.#isLettingGo = true;
    for (const queue of this.#queues.values()) for (const entry of queue) entry.ready = true;
    this.#drain(this.#heads());
  }

  /** What is ready goes in shares: thousands of events may have waited for one name. The others have their turn in between. */
  #rest(entries: readonly Entry[]): void {
    if (this.#resting !== undefined) {
      this.#resting.push(...entries);
      return;
    }
    this.#resting = [...entries];
    void this.#shares.next().then(() => {
      const candidates = this.#resting ?? [];
      this.#resting = undefined;
      this.#drain(candidates);
    });
  }

  /**
   * @param candidates - the last one first
   * @param always - also while paused, and all at once
   */
  #drain(candidates: Entry[], always = false): void {
    while (always || !this.#paused) {
      const entry = candidates.pop();
      if (entry === undefined) return;
      if (!entry.ready || !this.#isFirst(entry)) continue;
      if (!always && entry.keys.length > 0 && (this.#resting !== undefined || this.#shares.isOver())) {
        this.#rest([...candidates, entry]);
        return;
      }
      this.#waiting--;
      this.#octets -= entry.octets;
      if (this.#isLettingGo && !this.#exceeds(0.5)) this.#isLettingGo = false;
      for (const key of entry.keys) {
        const queue = this.#queues.get(key);
        queue?.shift();
        const next = queue?.[0];
        if (next === undefined) this.#queues.delete(key);
        else candidates.push(next);
      }
      entry.deliver();
    }
  }

  /** At the head of the queue of each key; a delivered entry is in none. */
  #isFirst(entry: Entry): boolean {
    return entry.keys.every((key) => this.#queues.get(key)?.[0] === entry);
  }
}
