import { type Clock, monotonicMs } from '../util/clock.js';

/** Work on what one peer sends, in one turn of the event loop. */
const TURN_MS = 10;

/** So much text is handled at a time, UTF-16 units: a dozen stanzas, of the many that one read may bring. */
const PIECE = 2_048;

/** The socket that is read. */
export interface Readable {
  pause(): unknown;
  resume(): unknown;
}

/**
 * Lets others have their turn while a peer has much to say: what was read is handled piece by piece, and the socket is not read
 * while something of it waits for the next turn of the event loop.
 */
export class ReadingTurns {
  readonly #socket: () => Readable | null;
  readonly #now: Clock;
  #handle: (piece: string) => void = () => undefined;
  #text = '';
  #at = 0;
  #beganAt: number | undefined;
  #isPaused = false;

  /** @param socket null while there is none */
  constructor(socket: () => Readable | null, now: Clock = monotonicMs) {
    this.#socket = socket;
    this.#now = now;
  }

  /** Text has come. It is handled in order, now or in turns to come. */
  take(text: string, handle: (piece: string) => void): void {
    this.#text = this.#text.slice(this.#at) + text;
    this.#at = 0;
    this.#handle = handle;
    this.#work();
  }

  /** Handles what is left at once: nothing comes any more. */
  flush(): void {
    while (this.#at < this.#text.length) this.#next();
  }

  #work(): void {
    while (this.#at < this.#text.length) {
      if (this.#isUsedUp) {
        this.#isPaused = true;
        this.#socket()?.pause();
        return;
      }
      this.#next();
    }
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.#socket()?.resume();
  }

  #next(): void {
    const piece = this.#text.slice(this.#at, this.#at + PIECE);
    this.#at += PIECE;
    this.#handle(piece);
  }

  get #isUsedUp(): boolean {
    const now = this.#now();
    if (this.#beganAt !== undefined) return now - this.#beganAt >= TURN_MS;
    this.#beganAt = now;
    setImmediate(() => {
      this.#beganAt = undefined;
      this.#work();
    });
    return false;
  }
}
