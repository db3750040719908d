import type { ClientId } from '../../silc/ids.js';

/** How long a line waits until it is known who its author is, in milliseconds. */
const HOLD_MS = 10_000;
/** Lines that wait on one channel; further ones are let go with the name that is known, which is none. */
const MAX_HELD = 256;
/** Octets of these together: a line has up to 64 KiB, and all of one author are published at once. */
const MAX_OCTETS = 1 << 20;

interface Held<Line> {
  readonly lines: Line[];
  octets: number;
  readonly timer: NodeJS.Timeout;
}

/** Lines by somebody whom the channel does not show yet. They delay nobody else's (a name may never come). */
export class HeldLines<Line> {
  readonly #release: (lines: readonly Line[]) => void;
  readonly #held = new Map<ClientId, Held<Line>>();
  #count = 0;
  #octets = 0;

  /** @param release called when an author's time is over */
  constructor(release: (lines: readonly Line[]) => void) {
    this.#release = release;
  }

  hold(author: ClientId, line: Line, octets: number): void {
    const known = this.#held.get(author);
    if (known !== undefined) {
      known.lines.push(line);
      known.octets += octets;
    } else {
      const timer = setTimeout(() => this.#expire(author), HOLD_MS);
      this.#held.set(author, { lines: [line], octets, timer });
    }
    this.#count++;
    this.#octets += octets;
    while (this.#count > MAX_HELD || this.#octets > MAX_OCTETS) {
      const oldest = this.#held.keys().next();
      if (oldest.done === true) return;
      this.#expire(oldest.value);
    }
  }

  /** The author is known now. @returns the lines that have waited for it */
  take(author: ClientId): readonly Line[] {
    const held = this.#held.get(author);
    if (held === undefined) return [];
    clearTimeout(held.timer);
    this.#held.delete(author);
    this.#count -= held.lines.length;
    this.#octets -= held.octets;
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
