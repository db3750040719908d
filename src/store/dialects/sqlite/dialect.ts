import type { Dialect } from '../../dialect.js';
import { StoreError, wrap } from '../../errors.js';
import { sql } from '../../kysely.js';
import type { StoreMonitor } from '../../monitor.js';
import { preparePrivateFile } from '../../files.js';
import { isDamage, openDatabase } from './database.js';
import { ThreadDriver } from './driver.js';
import { guardDatabase } from './guarded-files.js';
import { guardedLock } from './guarded-lock.js';

/**
 * A store in one SQLite file, made where there is none.
 * @param file undefined for a database in memory
 * @throws StoreError `io`
 */
export function createSqliteDialect(file: string | undefined, monitor: StoreMonitor): Dialect {
  const path = file === undefined ? undefined : preparePrivateFile(file);
  const driver = new ThreadDriver(path);
  const guard = path === undefined ? undefined : guardDatabase(path, driver, monitor);
  return {
    schema: {
      octets: 'blob',
      milliseconds: 'integer',
      end: { smallRows: sql`strict, without rowid`, largeRows: sql`strict` },
    },
    defaultKeyFile: path === undefined ? undefined : `${path}.key`,
    // One in memory is this process' alone.
    lock: () => (path === undefined ? { release: () => undefined } : guardedLock(path, driver, monitor)),
    open: async () => {
      const db = openDatabase(driver);
      try {
        await sql`SELECT 1`.execute(db);
        await guard?.start();
        return db;
      } catch (cause) {
        await db.destroy();
        throw wrap(cause, `cannot open the database ${path ?? 'in memory'}`, isDamage);
      }
    },
    close: async (db) => {
      await guard?.close();
      // The driver closes the file at some later time; what is in the WAL belongs into the one file that people copy.
      try {
        await driver.whileNobodyWrites(async (order) => {
          await order({ kind: 'run', lane: 'write', sql: 'PRAGMA wal_checkpoint(TRUNCATE)', parameters: [] });
        });
      } catch (cause) {
        // Whoever has the lock leaves the WAL where it is: the next one who opens the database reads it.
        if (!(cause instanceof StoreError && cause.code === 'busy')) throw cause;
      } finally {
        await db.destroy();
      }
    },
    // A statement of SQLite takes as long as it takes.
    patiently: (work) => work(),
    writeAll: (statements) => driver.transaction(statements),
    insertsSingly: true,
    isDamage,
  };
}
