import type { Kysely } from 'kysely';
import type { Dialect } from './dialect.js';
import { StoreError, wrap } from './errors.js';
import type { Schema } from './schema.js';

/** What the repositories share: an open database that says of every failure what it was about. */
export class Database {
  readonly #db: Kysely<Schema>;
  readonly #dialect: Pick<Dialect, 'close' | 'isDamage'>;
  #open = true;

  constructor(db: Kysely<Schema>, dialect: Pick<Dialect, 'close' | 'isDamage'>) {
    this.#db = db;
    this.#dialect = dialect;
  }

  /** @throws StoreError `closed`, `io`, `corrupt` */
  async run<T>(doing: string, work: (db: Kysely<Schema>) => Promise<T>): Promise<T> {
    if (!this.#open) throw new StoreError('closed', `${doing}: the store is closed`);
    try {
      return await work(this.#db);
    } catch (cause) {
      throw wrap(cause, doing, this.#dialect.isDamage);
    }
  }

  /** Nothing runs any more afterwards. Safe to call twice. @throws StoreError `io` */
  async close(): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    try {
      await this.#dialect.close(this.#db);
    } catch (cause) {
      throw wrap(cause, 'closing the store', this.#dialect.isDamage);
    }
  }
}
