import { Shares } from '../../util/shares.js';

/** With so many octets that wait nothing more is read, until no more than so many do. */
const HIGH = 64 << 10;
const LOW = 16 << 10;

/**
 * What has waited for a look-up is worked off in shares, between which others have their turn. Reading fills the queue faster than
 * that, so it is held back meanwhile; but never while the work waits for an answer that is to be read.
 */
export class CatchingUp {
  readonly #shares = new Shares();
  readonly #hold: (held: boolean) => void;
  #isHeld = false;
  #isResting = false;
  /** Pieces of work that were begun. */
  #begun = 0;

  /** @param hold - holds reading back, or goes on with it */
  constructor(hold: (held: boolean) => void) {
    this.#hold = hold;
  }

  /** To be awaited before each piece of work. @param waiting - octets that wait, those of the piece included */
  next(waiting: number): Promise<void> | undefined {
    this.#begun++;
    if (waiting <= LOW) this.#release();
    const pause = this.#shares.pause();
    if (pause === undefined) return undefined;
    if (waiting > HIGH && !this.#isHeld) {
      this.#isHeld = true;
      this.#hold(true);
      this.#watch();
    }
    this.#isResting = true;
    return pause.then(() => void (this.#isResting = false));
  }

  /** Where nothing was begun in a turn of the event loop, an answer is waited for, or nothing is left. */
  #watch(): void {
    const begun = this.#begun;
    setImmediate(() => {
      if (!this.#isHeld) return;
      if (this.#isResting || this.#begun > begun) this.#watch();
      else this.#release();
    });
  }

  #release(): void {
    if (!this.#isHeld) return;
    this.#isHeld = false;
    this.#hold(false);
  }
}
