/** Listeners of one object. Each gets every event; one that throws hurts nobody else. */
export class Listeners<T> {
  readonly #listeners = new Set<(event: T) => void>();

  /** Returns the remover. */
  add(listener: (event: T) => void): () => void {
    // A wrapper of its own: the same function twice is two subscriptions.
    const entry = (event: T): void => listener(event);
    this.#listeners.add(entry);
    return () => this.#listeners.delete(entry);
  }

  emit(event: T): void {
    for (const listener of [...this.#listeners]) {
      try {
        listener(event);
      } catch (error) {
        const warning = error instanceof Error ? error : 'a listener threw';
        process.emitWarning(warning, 'SilcListenerWarning');
      }
    }
  }
}
