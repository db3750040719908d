import { type Clock, monotonicMs } from '../util/clock.js';

/** Work on what one peer sends, in one turn of the event loop; what has been read already is done in any case. */
const TURN_MS = 10;

/** The socket that is read. */
export interface Readable {
  pause(): unknown;
  resume(): unknown;
}

/**
 * Lets others have their turn while a peer has much to say: a socket gives piece after piece in one turn of the event loop
 * as long as there is more.
 */
export class ReadingTurns {
  readonly #now: Clock;
  #beganAt: number | undefined;

  constructor(now: Clock = monotonicMs) {
    this.#now = now;
  }

  /** To be called before each stanza is handled. */
  next(socket: Readable): void {
    const now = this.#now();
    if (this.#beganAt === undefined) {
      this.#beganAt = now;
      setImmediate(() => {
        this.#beganAt = undefined;
        socket.resume();
      });
    } else if (now - this.#beganAt >= TURN_MS) socket.pause();
  }
}
