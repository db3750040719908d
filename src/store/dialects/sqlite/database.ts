import type {
  DatabaseIntrospector,
  Dialect,
  DialectAdapter,
  Driver,
  Kysely as Db,
  KyselyPlugin,
  QueryCompiler,
  QueryResult,
  UnknownRow,
} from 'kysely';

import { codeOf } from '../../errors.js';
import { Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from '../../kysely.js';
import type { Schema } from '../../schema.js';
import type { ThreadDriver } from './driver.js';

/** Whether SQLite says that its file is damaged, or is none of its own. */
export function isDamage(cause: unknown): boolean {
  return /^SQLITE_(?:CORRUPT|NOTADB)/.test(codeOf(cause));
}

/** Kysely says of SQLite that it cannot roll schema changes back. It can, and half a migration is worse than none. */
class TransactionalAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

class ThreadDialect implements Dialect {
  readonly #driver: ThreadDriver;

  constructor(driver: ThreadDriver) {
    this.#driver = driver;
  }

  createDriver(): Driver {
    return this.#driver;
  }

  createQueryCompiler(): QueryCompiler {
    return new SqliteQueryCompiler();
  }

  createAdapter(): DialectAdapter {
    return new TransactionalAdapter();
  }

  createIntrospector(db: Db<unknown>): DatabaseIntrospector {
    return new SqliteIntrospector(db);
  }
}

/** libsql hands BLOB columns out as ArrayBuffer; everything here wants Uint8Array. */
const blobsAsUint8Array: KyselyPlugin = {
  transformQuery: ({ node }) => node,
  transformResult: ({ result }) => Promise.resolve(withUint8Arrays(result)),
};

function withUint8Arrays(result: QueryResult<UnknownRow>): QueryResult<UnknownRow> {
  const rows = result.rows.map((row) =>
    Object.fromEntries(
      Object.entries(row).map(([name, value]) => [
        name,
        value instanceof ArrayBuffer ? new Uint8Array(value) : value,
      ]),
    ),
  );
  return { ...result, rows };
}

/**
 * An embedded SQLite database for Kysely. It is opened with the first statement, which tells whether that can be, in a thread
 * of its own, so that neither the disk nor somebody else's lock ever holds up the event loop.
 * @param driver of this database alone
 */
export function openDatabase(driver: ThreadDriver): Db<Schema> {
  return new Kysely<Schema>({ dialect: new ThreadDialect(driver), plugins: [blobsAsUint8Array] });
}
