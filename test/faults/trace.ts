/** Entries of one run that are kept at most. */
const MAX_ENTRIES = 50_000;

/** What happened in a run, by the milliseconds since its start. */
export class Trace {
  readonly #start = performance.now();
  readonly #entries: string[] = [];

  get ms(): number {
    return Math.round(performance.now() - this.#start);
  }

  note(who: string, text: string): void {
    if (this.#entries.length < MAX_ENTRIES)
      this.#entries.push(`${String(this.ms).padStart(6)} ${who}: ${text}`);
  }

  all(): readonly string[] {
    return this.#entries;
  }

  /** Those with one of these words, the last so many of them. */
  about(words: readonly string[], most: number): readonly string[] {
    return this.#entries.filter((entry) => words.some((word) => entry.includes(word))).slice(-most);
  }
}
