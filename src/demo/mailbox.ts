import { Deferred } from '../util/deferred.js';
import { withDeadline } from '../util/race.js';

/** How long the demonstration waits for one line. */
const DEADLINE_MS = 30_000;

/** What nobody has asked for is kept so far back. The demonstration may run for days. */
const MAX_ITEMS = 1_000;

interface Waiter<T> {
  readonly matches: (item: T) => boolean;
  readonly arrival: Deferred<T>;
}

/** What has arrived, in order, and who waits for something that has not yet. */
export class Mailbox<T> {
  readonly #items: T[] = [];
  readonly #waiters = new Set<Waiter<T>>();

  put(item: T): void {
    for (const waiter of this.#waiters) {
      if (!waiter.matches(item)) continue;
      this.#waiters.delete(waiter);
      waiter.arrival.resolve(item);
      return;
    }
    this.#items.push(item);
    if (this.#items.length > MAX_ITEMS) this.#items.shift();
  }

  /** The first item that matches, from what has come or what comes. @throws Error after 30 seconds. */
  async take(what: string, matches: (item: T) => boolean): Promise<T> {
    const index = this.#items.findIndex(matches);
    const [found] = index < 0 ? [] : this.#items.splice(index, 1);
    if (found !== undefined) return found;
    const waiter = { matches, arrival: new Deferred<T>() };
    this.#waiters.add(waiter);
    const late = (): Error => new Error(`waited ${DEADLINE_MS / 1000} s for ${what}`);
    return withDeadline(waiter.arrival.promise, DEADLINE_MS, late).finally(() =>
      this.#waiters.delete(waiter),
    );
  }
}
