/**
 * A map with a bound: one entry more, and the least recently used one goes. `get` and `set` are uses, `has`, `peek` and
 * iteration are not. Iterates from the least to the most recently used entry.
 */
export class LruMap<K, V> extends Map<K, V> {
  readonly #limit: number;
  readonly #onEvicted: ((key: K, value: V) => void) | undefined;

  /**
   * @param limit - entries at most
   * @param onEvicted - told of an entry that went for another one, not of those that were deleted or replaced
   */
  constructor(limit: number, onEvicted?: (key: K, value: V) => void) {
    super();
    this.#limit = limit;
    this.#onEvicted = onEvicted;
  }

  override get(key: K): V | undefined {
    const value = super.get(key);
    // A value may be undefined itself: then there is something to move, too.
    if (value !== undefined || super.has(key)) this.#move(key, value as V);
    return value;
  }

  /** The value; its place in the order stays. */
  peek(key: K): V | undefined {
    return super.get(key);
  }

  override set(key: K, value: V): this {
    this.#move(key, value);
    if (this.size > this.#limit) {
      for (const [oldest, evicted] of this) {
        super.delete(oldest);
        this.#onEvicted?.(oldest, evicted);
        break;
      }
    }
    return this;
  }

  #move(key: K, value: V): void {
    super.delete(key);
    super.set(key, value);
  }
}
