import type { Compilable, Kysely } from 'kysely';
import type { Dialect } from './dialect.js';
import { StoreError, wrap } from './errors.js';
import type { Schema } from './schema.js';

/** What the repositories share: an open database that says of every failure what it was about. */
export class Database {
  readonly #db: Kysely<Schema>;
  readonly #dialect: Pick<Dialect, 'close' | 'isDamage' | 'writeAll'>;
  #open = true;

  constructor(db: Kysely<Schema>, dialect: Pick<Dialect, 'close' | 'isDamage' | 'writeAll'>) {
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

  /**
   * Statements that write, all of them or none. They cannot depend on what others of them give.
   * @throws StoreError `closed`, `io`, `corrupt`, `busy`
   */
  writeAll(doing: string, queries: (db: Kysely<Schema>) => readonly Compilable[]): Promise<void> {
    return this.run(doing, async (db) => {
      const compiled = queries(db).map((query) => query.compile());
      if (compiled.length > 0) await this.#dialect.writeAll(compiled);
    });
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
