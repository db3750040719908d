import { deadline } from '../../util/race.js';
import { Semaphore } from '../../util/semaphore.js';
import { StoreError } from '../errors.js';

/** Longest wait for somebody else's lock on the database, e.g. of a backup, and for one's turn to write, milliseconds. */
export const WAIT_MS = 5_000;
/** Statements and transactions that wait for their turn to write. */
const MAX_WAITING = 1_000;

/**
 * Whose turn it is to write, a whole transaction as one: what is told to be stored is stored in that order, and repositories may
 * read and write in a transaction as if nobody else were there, whatever kind of database it is.
 */
export class WriteTurn {
  readonly #writing = new Semaphore(1);
  #waiting = 0;

  /** The turn to write, and what gives it back. @throws StoreError `busy` */
  async take(): Promise<() => void> {
    if (this.#waiting >= MAX_WAITING) throw new StoreError('busy', 'too much waits for the database');
    this.#waiting++;
    const limit = deadline(WAIT_MS, () => new StoreError('busy', 'the database is busy'));
    try {
      return await this.#writing.acquire(limit.signal);
    } finally {
      limit.clear();
      this.#waiting--;
    }
  }
}
