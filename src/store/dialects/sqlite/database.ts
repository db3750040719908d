import type { DialectAdapter, Kysely as Db, KyselyPlugin, QueryResult, UnknownRow } from 'kysely';
import Database from 'libsql';

import { codeOf, wrap } from '../../errors.js';
import { Kysely, SqliteAdapter, SqliteDialect } from '../../kysely.js';
import type { Schema } from '../../schema.js';

/** How long SQLite waits for somebody else's lock, e.g. a backup, in milliseconds. */
const BUSY_TIMEOUT_MS = 5000;

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

class EmbeddedDialect extends SqliteDialect {
  override createAdapter(): DialectAdapter {
    return new TransactionalAdapter();
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
 * Opens an embedded SQLite database for Kysely. The driver works synchronously below Kysely's promises: a statement
 * takes some tens of microseconds, one that is written to disk as long as the disk needs.
 * @param path an existing, perhaps empty file; undefined for a database in memory.
 * @throws StoreError `io` or `corrupt`.
 */
export function openDatabase(path: string | undefined): Db<Schema> {
  try {
    const database = new Database(path ?? ':memory:');
    try {
      database.pragma(`busy_timeout = ${BUSY_TIMEOUT_MS}`);
      database.pragma('journal_mode = WAL');
      // Identities are made once and kept for good: a commit is on disk when it returns, power cut or not.
      database.pragma('synchronous = FULL');
      database.pragma('foreign_keys = ON');
      database.pragma('trusted_schema = OFF');
      // Freed pages are overwritten, so that what was deleted is gone.
      database.pragma('secure_delete = ON');
    } catch (cause) {
      database.close();
      throw cause;
    }
    return new Kysely<Schema>({
      dialect: new EmbeddedDialect({ database }),
      plugins: [blobsAsUint8Array],
    });
  } catch (cause) {
    throw wrap(cause, `cannot open the database ${path ?? 'in memory'}`, isDamage);
  }
}
