import type { Dialect } from '../../dialect.js';
import { StoreError, wrap } from '../../errors.js';
import { sql } from '../../kysely.js';
import { preparePrivateFile } from '../../files.js';
import { isDamage, openDatabase } from './database.js';
import { ThreadDriver } from './driver.js';
import { lockStore } from './lock.js';

/**
 * A store in one SQLite file, made where there is none.
 * @param file undefined for a database in memory
 * @throws StoreError `io`
 */
export function createSqliteDialect(file: string | undefined): Dialect {
  const path = file === undefined ? undefined : preparePrivateFile(file);
  const driver = new ThreadDriver(path);
  return {
    schema: {
      octets: 'blob',
      milliseconds: 'integer',
      end: { smallRows: sql`strict, without rowid`, largeRows: sql`strict` },
    },
    defaultKeyFile: path === undefined ? undefined : `${path}.key`,
    // One in memory is this process' alone.
    lock: () => (path === undefined ? { release: () => undefined } : lockStore(path)),
    open: async () => {
      const db = openDatabase(driver);
      try {
        await sql`SELECT 1`.execute(db);
        return db;
      } catch (cause) {
        await db.destroy();
        throw wrap(cause, `cannot open the database ${path ?? 'in memory'}`, isDamage);
      }
    },
    close: async (db) => {
      // The driver closes the file at some later time; what is in the WAL belongs into the one file that people copy.
      try {
        await sql`PRAGMA wal_checkpoint(TRUNCATE)`.execute(db);
      } catch (cause) {
        // Whoever has the lock leaves the WAL where it is: the next one who opens the database reads it.
        if (!(cause instanceof StoreError && cause.code === 'busy')) throw cause;
      } finally {
        await db.destroy();
      }
    },
    // A statement of SQLite takes as long as it takes.
    patiently: (work) => work(),
    writeAll: (queries) => driver.transaction(queries),
    isDamage,
  };
}
