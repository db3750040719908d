/** The listeners of one object. Each gets every event, in the order of subscription; one that throws hurts nobody else. */
export class Emitter<T> {
  /** Replaced, never changed: whoever goes through it sees those that were there. */
  #listeners: readonly ((event: T) => void)[] = [];
  readonly #onError: (error: unknown) => void;

  /** @param onError - told what a listener threw */
  constructor(onError: (error: unknown) => void) {
    this.#onError = onError;
  }

  /** Listeners that are there. */
  get size(): number {
    return this.#listeners.length;
  }

  /** Returns the remover. */
  subscribe(listener: (event: T) => void): () => void {
    // A wrapper of its own: the same function twice is two subscriptions.
    const entry = (event: T): void => listener(event);
    this.#listeners = [...this.#listeners, entry];
    return () => {
      this.#listeners = this.#listeners.filter((other) => other !== entry);
    };
  }

  /** Tells those that are there now, also where one of them adds or removes others. */
  emit(event: T): void {
    for (const listener of this.#listeners) {
      try {
        listener(event);
      } catch (error) {
        this.#onError(error);
      }
    }
  }
}
