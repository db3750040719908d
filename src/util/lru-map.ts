/**
 * A map with a bound: one entry more, and the least recently used one goes. `get` and `set` are uses, `has`, `peek` and
 * iteration are not. Iterates from the least to the most recently used entry. An empty one holds no table: thousands of
 * sessions have dozens each.
 */
export class LruMap<K, V> {
  readonly #limit: number;
  readonly #onEvicted: ((key: K, value: V) => void) | undefined;
  #entries: Map<K, V> | undefined;
  /**
   * Stands before the oldest entry as long as entries only come and go at the limit: whoever looks from the start passes the places of
   * all that went before, thousands in a large map. It is not kept beyond any other change, since tables that a map has outgrown live
   * as long as an iterator that was made on them.
   */
  #oldest: IterableIterator<[K, V]> | undefined;

  /**
   * @param limit - entries at most
   * @param onEvicted - told of an entry that went for another one, not of those that were deleted or replaced
   */
  constructor(limit: number, onEvicted?: (key: K, value: V) => void) {
    this.#limit = limit;
    this.#onEvicted = onEvicted;
  }

  get size(): number {
    return this.#entries?.size ?? 0;
  }

  get(key: K): V | undefined {
    const entries = this.#entries;
    const value = entries?.get(key);
    // A value may be undefined itself: then there is something to move, too.
    if (entries !== undefined && (value !== undefined || entries.has(key))) {
      entries.delete(key);
      entries.set(key, value as V);
      this.#oldest = undefined;
    }
    return value;
  }

  /** The value; its place in the order stays. */
  peek(key: K): V | undefined {
    return this.#entries?.get(key);
  }

  has(key: K): boolean {
    return this.#entries?.has(key) ?? false;
  }

  set(key: K, value: V): this {
    const entries = (this.#entries ??= new Map<K, V>());
    if (entries.delete(key)) this.#oldest = undefined;
    entries.set(key, value);
    if (entries.size > this.#limit) this.#evict(entries);
    return this;
  }

  delete(key: K): boolean {
    const deleted = this.#entries?.delete(key) ?? false;
    if (deleted) this.#oldest = undefined;
    if (this.#entries?.size === 0) this.#entries = undefined;
    return deleted;
  }

  clear(): void {
    this.#entries = undefined;
    this.#oldest = undefined;
  }

  /** Removes the least recently used entries up to the first one that is not over. Nobody is told of them. */
  expire(isOver: (value: V) => boolean): void {
    for (const [key, value] of this) {
      if (!isOver(value)) return;
      this.delete(key);
    }
  }

  *keys(): IterableIterator<K> {
    if (this.#entries !== undefined) yield* this.#entries.keys();
  }

  *values(): IterableIterator<V> {
    if (this.#entries !== undefined) yield* this.#entries.values();
  }

  *[Symbol.iterator](): IterableIterator<[K, V]> {
    if (this.#entries !== undefined) yield* this.#entries;
  }

  #evict(entries: Map<K, V>): void {
    this.#oldest ??= entries.entries();
    const { value: oldest } = this.#oldest.next() as IteratorResult<[K, V], undefined>;
    if (oldest === undefined) return;
    entries.delete(oldest[0]);
    this.#onEvicted?.(...oldest);
  }
}
