import type { Compilable, Kysely } from 'kysely';
import type { Repeated } from './dialect.js';
import { StoreError, wrap } from './errors.js';
import type { StorePart } from './monitor.js';
import type { Schema } from './schema.js';
import type { OpenPlace } from './vault.js';

/** Many new rows of one table. */
export interface NewRows {
  /** Of the statement, in the whole process: it is compiled once. */
  readonly name: string;
  /** All with the same columns, in the same order. */
  readonly rows: readonly object[];
  /** The statement for the first so many of them, whose parameters are the values of these rows, one row after the other, and no others. */
  readonly insert: (count: number) => Compilable;
}

/** What the repositories share: an open database that says of every failure what it was about. */
export class Database {
  readonly #place: OpenPlace;
  /** What did not work when it was tried last. */
  readonly #failing = new Set<string>();
  /** Statements for one row, by their names. */
  readonly #inserts = new Map<string, string>();
  #open = true;

  constructor(place: OpenPlace) {
    this.#place = place;
  }

  /** @throws StoreError `closed`, `io`, `corrupt`, `busy` */
  run<T>(doing: string, work: (db: Kysely<Schema>) => Promise<T>): Promise<T> {
    return this.#run('asking', doing, work);
  }

  /**
   * Statements that write, all of them or none. They cannot depend on what others of them give.
   * @throws StoreError `closed`, `io`, `corrupt`, `busy`
   */
  writeAll(doing: string, queries: (db: Kysely<Schema>) => readonly (Compilable | NewRows)[]): Promise<void> {
    return this.#run('writing', doing, async (db) => {
      const { dialect } = this.#place;
      const statements = queries(db).flatMap((query) =>
        'compile' in query ? once(query) : this.#inserting(query, dialect.insertsSingly),
      );
      if (statements.length > 0) await dialect.writeAll(statements);
    });
  }

  #inserting({ name, rows, insert }: NewRows, isSingly: boolean): readonly Repeated[] {
    if (rows.length === 0) return [];
    if (!isSingly) return [once(insert(rows.length))];
    const sql = this.#inserts.get(name) ?? insert(1).compile().sql;
    this.#inserts.set(name, sql);
    return [{ sql, times: rows.map((row): readonly unknown[] => Object.values(row)) }];
  }

  async #run<T>(part: StorePart, doing: string, work: (db: Kysely<Schema>) => Promise<T>): Promise<T> {
    if (this.#isClosed()) throw new StoreError('closed', `${doing}: the store is closed`);
    const { db, dialect, monitor } = this.#place;
    try {
      const result = await work(db);
      this.#onSuccess(part, doing);
      return result;
    } catch (cause) {
      const error = wrap(cause, doing, dialect.isDamage);
      // A row that does not open is the trouble of whom it is about.
      if (!this.#isClosed() && (error !== cause || error.code === 'busy' || error.code === 'io')) {
        this.#failing.add(doing);
        monitor.fails(part, error.message);
      }
      throw error;
    }
  }

  /** Who reads does not know whether one can write again; who writes, which happens all the time, knows both. */
  #onSuccess(part: StorePart, doing: string): void {
    if (part === 'writing') this.#failing.clear();
    else if (!this.#failing.delete(doing)) return;
    const { monitor } = this.#place;
    if (part === 'writing') monitor.works('writing');
    if (this.#failing.size === 0) monitor.works('asking');
  }

  /** Asked anew after each wait: it may have been closed meanwhile. */
  #isClosed(): boolean {
    return !this.#open;
  }

  /** Nothing runs any more afterwards. Safe to call twice. @throws StoreError `io` */
  async close(): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    try {
      await this.#place.close();
    } catch (cause) {
      throw wrap(cause, 'closing the store', this.#place.dialect.isDamage);
    }
  }
}

function once(query: Compilable): Repeated {
  const { sql, parameters } = query.compile();
  return { sql, times: [parameters] };
}
