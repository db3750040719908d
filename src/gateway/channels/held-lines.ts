import type { ClientId } from '../../silc/ids.js';

/** How long a line waits until it is known who its author is, in milliseconds. */
const HOLD_MS = 10_000;
/** Lines that wait on one channel; further ones are let go with the name that is known, which is none. */
const MAX_HELD = 256;

/** Lines by somebody whom the channel does not show yet. They delay nobody else's (a name may never come). */
export class HeldLines<Line> {
  readonly #release: (lines: readonly Line[]) => void;
  readonly #held = new Map<ClientId, { readonly lines: Line[]; readonly timer: NodeJS.Timeout }>();
  #count = 0;

  /** @param release called when an author's time is over */
  constructor(release: (lines: readonly Line[]) => void) {
    this.#release = release;
  }

  hold(author: ClientId, line: Line): void {
    const known = this.#held.get(author);
    if (known !== undefined) known.lines.push(line);
    else {
      const timer = setTimeout(() => this.#expire(author), HOLD_MS);
      this.#held.set(author, { lines: [line], timer });
    }
    this.#count++;
    const oldest = this.#held.keys().next();
    if (this.#count > MAX_HELD && oldest.done !== true) this.#expire(oldest.value);
  }

  /** The author is known now. @returns the lines that have waited for it */
  take(author: ClientId): readonly Line[] {
    const held = this.#held.get(author);
    if (held === undefined) return [];
    clearTimeout(held.timer);
    this.#held.delete(author);
    this.#count -= held.lines.length;
    return held.lines;
  }

  /** All that wait. */
  *all(): Iterable<Line> {
    for (const { lines } of this.#held.values()) yield* lines;
  }

  clear(): void {
    for (const author of [...this.#held.keys()]) this.take(author);
  }

  #expire(author: ClientId): void {
    this.#release(this.take(author));
  }
}
