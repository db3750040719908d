interface Recent<T> {
  readonly at: number;
  readonly answer: Promise<T>;
}

/** Answers that are taken as true for a while: who asks the same meanwhile, also before the answer is there, gets it. */
export class RecentAnswers<T> {
  readonly #keepMs: number;
  readonly #max: number;
  readonly #answers = new Map<string, Recent<T>>();

  /** @param max - answers that are kept; the oldest goes first */
  constructor(keepMs: number, max: number) {
    this.#keepMs = keepMs;
    this.#max = max;
  }

  /** @throws what `ask` throws; a failure is not kept */
  get(key: string, ask: () => Promise<T>): Promise<T> {
    const known = this.#answers.get(key);
    if (known !== undefined && Date.now() - known.at < this.#keepMs) return known.answer;
    const recent = { at: Date.now(), answer: ask() };
    this.#answers.delete(key);
    this.#answers.set(key, recent);
    const oldest = this.#answers.keys().next();
    if (this.#answers.size > this.#max && oldest.done !== true) this.#answers.delete(oldest.value);
    recent.answer.catch(() => {
      if (this.#answers.get(key) === recent) this.#answers.delete(key);
    });
    return recent.answer;
  }

  clear(): void {
    this.#answers.clear();
  }
}
