import { hostname } from 'node:os';

import Database from 'libsql';

import { codeOf, StoreError, wrap } from '../../errors.js';
import { preparePrivateFile } from '../../files.js';
import { isDamage } from './database.js';

/**
 * Takes the lock of a store, so that two gateways never share one by accident: some Jabber servers accept a second
 * connection of the same component in silence and deal the stanzas out at random.
 *
 * `<database>.lock` is a small SQLite file of its own, in which the holder keeps a write transaction open. The lock
 * itself is the kernel's: it ends with the process however that ends, so a stale one cannot exist, and a process id that
 * was given out again misleads nobody. The row in it only names the holder for the error text.
 * @throws StoreError `locked` naming the process, `io`.
 */
export function lockStore(databasePath: string): { release(): void } {
  const path = `${databasePath}.lock`;
  preparePrivateFile(path);
  try {
    const file = new Database(path);
    try {
      claim(file, databasePath);
    } catch (cause) {
      file.close();
      throw cause;
    }
    let held = true;
    return {
      release(): void {
        if (!held) return;
        held = false;
        file.exec('ROLLBACK');
        file.close();
      },
    };
  } catch (cause) {
    throw wrap(cause, `cannot lock the store with ${path}`, isDamage);
  }
}

/**
 * Which process holds the lock of a store; undefined where none does.
 * @param databasePath with its lock file beside it
 */
export function lockHolder(databasePath: string): string | undefined {
  const file = new Database(`${databasePath}.lock`, { fileMustExist: true });
  try {
    file.pragma('busy_timeout = 0');
    file.exec('BEGIN IMMEDIATE');
    file.exec('ROLLBACK');
    return undefined;
  } catch (cause) {
    if (!codeOf(cause).startsWith('SQLITE_BUSY')) throw cause;
    return holderOf(file);
  } finally {
    file.close();
  }
}

function claim(file: Database.Database, databasePath: string): void {
  file.pragma('busy_timeout = 0');
  try {
    file.exec('BEGIN IMMEDIATE');
    file.exec(
      'CREATE TABLE IF NOT EXISTS holder (one INTEGER PRIMARY KEY CHECK (one = 1), pid INTEGER NOT NULL, host TEXT NOT NULL) STRICT',
    );
    file
      .prepare('INSERT OR REPLACE INTO holder (one, pid, host) VALUES (1, ?, ?)')
      .run(process.pid, hostname());
    // Committed, so that others can read it; then a write transaction is kept open: readers pass, writers do not.
    file.exec('COMMIT');
    file.exec('BEGIN IMMEDIATE');
  } catch (cause) {
    if (!codeOf(cause).startsWith('SQLITE_BUSY')) throw cause;
    throw new StoreError(
      'locked',
      `another gateway ${holderOf(file)} uses the store ${databasePath}: stop it, or give this one a store of its own`,
      { cause },
    );
  }
}

/** `(process 123)`, with the host where it is another one's, e.g. another container on the same volume. */
function holderOf(file: Database.Database): string {
  try {
    const row: unknown = file.prepare('SELECT pid, host FROM holder').get();
    if (typeof row === 'object' && row !== null && 'pid' in row && 'host' in row) {
      const where = row.host === hostname() ? '' : ` on ${String(row.host)}`;
      return `(process ${String(row.pid)}${where})`;
    }
  } catch {
    // Taken this very moment: the holder has not written its row yet.
  }
  return '(just starting)';
}
