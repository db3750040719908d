import { existsSync } from 'node:fs';
import Database from 'libsql';
import type { PlainConnection } from '../../plain-connection.js';
import { lockHolder } from './lock.js';

/** How long somebody else's lock may hold it up, milliseconds. */
const BUSY_MS = 5_000;

/** @param file that is there @throws what SQLite throws */
export function connectPlainly(file: string): PlainConnection {
  const database = new Database(file, { fileMustExist: true });
  database.pragma(`busy_timeout = ${BUSY_MS}`);
  const all = (sql: string, values: readonly unknown[] = []): readonly Record<string, unknown>[] => {
    const statement = database.prepare(sql);
    // The driver wants to be told which statements give rows.
    if (!/^\s*select/i.test(sql)) {
      statement.run(...values);
      return [];
    }
    return statement.all(...values) as Record<string, unknown>[];
  };
  return {
    all: (sql, values) => Promise.resolve().then(() => all(sql, values)),
    has: (table) =>
      Promise.resolve().then(
        () => all("SELECT name FROM sqlite_master WHERE type = 'table' AND name = ?", [table]).length > 0,
      ),
    holder: () => Promise.resolve().then(() => (existsSync(`${file}.lock`) ? lockHolder(file) : undefined)),
    close: () => Promise.resolve().then(() => void database.close()),
  };
}
