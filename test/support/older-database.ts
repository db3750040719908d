import { existsSync, renameSync, rmSync } from 'node:fs';
import Database from 'libsql';
import { createSqliteDialect } from '../../src/store/dialects/sqlite/dialect.js';
import { openDatabase } from '../../src/store/dialects/sqlite/database.js';
import { ThreadDriver } from '../../src/store/dialects/sqlite/driver.js';
import { StoreMonitor } from '../../src/store/monitor.js';
import { migrate, migrations } from '../../src/store/migrations/index.js';

const sqlite = createSqliteDialect(undefined, new StoreMonitor());

/** A database has these beside it while it is open, or when its process was killed. */
const FILES = ['', '-wal', '-shm'];

/** Names of all migrations, in order. */
export const MIGRATIONS: readonly string[] = Object.keys(migrations(sqlite.schema)).sort();

/** Names of those that a database has had. */
export function migrationsOf(path: string): readonly string[] {
  const database = new Database(path, { readonly: true });
  const rows = database.prepare('SELECT name FROM kysely_migration ORDER BY name').all();
  database.close();
  return rows.map((row) => (row as { name: string }).name);
}

/**
 * Puts a database in place of one that nobody has open: made by the migrations up to `last`, with the rows of the present one, as
 * far as it has tables and columns for them.
 */
export async function makeOlder(path: string, last: string): Promise<void> {
  const newer = `${path}.newer`;
  for (const end of FILES) if (existsSync(path + end)) renameSync(path + end, newer + end);
  const known = Object.entries(migrations(sqlite.schema)).filter(([name]) => name <= last);
  const db = openDatabase(new ThreadDriver(path));
  await migrate(db, sqlite, Object.fromEntries(known));
  await db.destroy();
  const database = new Database(path);
  database.prepare('ATTACH ? AS newer').run(newer);
  const tables = namesOf(database, "SELECT name FROM main.sqlite_master WHERE type = 'table'");
  for (const table of tables) {
    if (table.startsWith('kysely_') || table.startsWith('sqlite_')) continue;
    const columns = namesOf(database, `SELECT name FROM pragma_table_info('${table}', 'main')`).join('", "');
    database.exec(`INSERT INTO main."${table}" ("${columns}") SELECT "${columns}" FROM newer."${table}"`);
  }
  database.close();
  for (const end of FILES) rmSync(newer + end, { force: true });
}

function namesOf(database: Database.Database, query: string): readonly string[] {
  return (database.prepare(query).all() as { name: string }[]).map(({ name }) => name);
}
