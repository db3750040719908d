import { randomBytes } from 'node:crypto';
import { accessSync, constants, existsSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { locateStore } from './dialects/index.js';
import { reason, StoreError, wrap } from './errors.js';
import { nextKeyOf } from './key-rotation-files.js';
import { nameOfKey, readStoreKey } from './key-source.js';
import type { PlainConnection } from './plain-connection.js';
import { tableNames } from './tables.js';
import { fits, KEY_CHECK, type StoreOptions } from './vault.js';

/** What a trial of a store has found out. */
export interface StoreTrial {
  /** How texts name the store: without secrets. */
  readonly name: string;
  /** Nothing was ever stored there. */
  readonly isNew: boolean;
  /** The gateway that has it open. */
  readonly holder: string | undefined;
  /** Fingerprints that SILC servers are known by, by network and `host:port`. */
  readonly pins: ReadonlyMap<string, string>;
}

/** Key of `StoreTrial.pins`. */
export const pinOf = (network: string, server: string): string => `${network} ${server}`;

/** Name of the row that is written and removed. */
const TRIAL = 'trial';

/**
 * Opens the place of a store, writes a row and removes it, beside a gateway that may use it. It changes nothing, and makes nothing
 * that stays: whoever tries may be another user than the one that the gateway will be.
 * @throws StoreError that says what does not work, and nothing secret
 */
export async function tryStore({ url, password, key }: StoreOptions): Promise<StoreTrial> {
  const location = locateStore(url);
  const { name, file } = location;
  try {
    if (file !== undefined && !existsSync(file)) {
      await tryFolder(dirname(file));
      return { name, isNew: true, holder: undefined, pins: new Map() };
    }
    const connection = await location.connectPlainly(password);
    try {
      const holder = await connection.holder();
      const isNew = !(await connection.has('meta'));
      if (isNew) {
        await tryTable(connection);
        return { name, isNew, holder, pins: new Map() };
      }
      const pins = await pinsOf(connection);
      if (key !== undefined) await tryKey(connection, key);
      await tryRow(connection);
      return { name, isNew, holder, pins };
    } finally {
      await connection.close();
    }
  } catch (cause) {
    throw wrap(cause, `cannot use the store ${name}`);
  }
}

/** How many rows each table has; beside a gateway that may use them. @throws StoreError */
export async function storeStatistics({
  url,
  password,
}: StoreOptions): Promise<readonly (readonly [table: string, rows: number])[]> {
  const location = locateStore(url);
  const { name, file } = location;
  if (file !== undefined && !existsSync(file)) return [];
  try {
    const connection = await location.connectPlainly(password);
    try {
      const counts: (readonly [string, number])[] = [];
      for (const table of tableNames) {
        if (!(await connection.has(table))) continue;
        const [row] = await connection.all(`SELECT count(*) AS n FROM ${table}`);
        counts.push([table, Number(row?.['n'])]);
      }
      return counts;
    } finally {
      await connection.close();
    }
  } catch (cause) {
    throw wrap(cause, `cannot read the store ${name}`);
  }
}

async function tryRow(connection: PlainConnection): Promise<void> {
  await connection.all('DELETE FROM meta WHERE name = ?', [TRIAL]);
  await connection.all('INSERT INTO meta (name, value) VALUES (?, ?)', [
    TRIAL,
    new Uint8Array(randomBytes(16)),
  ]);
  await connection.all('DELETE FROM meta WHERE name = ?', [TRIAL]);
}

async function tryTable(connection: PlainConnection): Promise<void> {
  const table = `trial_${randomBytes(6).toString('hex')}`;
  await connection.all('BEGIN');
  try {
    await connection.all(`CREATE TABLE ${table} (name TEXT NOT NULL)`);
    await connection.all(`INSERT INTO ${table} (name) VALUES (?)`, [TRIAL]);
    await connection.all(`DELETE FROM ${table}`);
    await connection.all(`DROP TABLE ${table}`);
    await connection.all('COMMIT');
  } catch (cause) {
    await connection.all('ROLLBACK').catch(() => undefined);
    throw cause;
  }
}

/** Makes a database that is thrown away, where the gateway will make its own. */
async function tryFolder(folder: string): Promise<void> {
  if (!existsSync(folder)) {
    let above = dirname(folder);
    while (!existsSync(above)) above = dirname(above);
    accessSync(above, constants.W_OK);
    return;
  }
  const file = join(folder, `.trial-${randomBytes(6).toString('hex')}.db`);
  try {
    const { default: Database } = await import('libsql');
    new Database(file).close();
    const connection = await locateStore(`sqlite:${file}`).connectPlainly(undefined);
    try {
      await tryTable(connection);
    } finally {
      await connection.close();
    }
  } finally {
    for (const end of ['', '-journal', '-wal', '-shm']) rmSync(`${file}${end}`, { force: true });
  }
}

async function tryKey(connection: PlainConnection, source: NonNullable<StoreOptions['key']>): Promise<void> {
  const [row] = await connection.all('SELECT value FROM meta WHERE name = ?', [KEY_CHECK]);
  const check = octetsOf(row?.['value']);
  if (check === undefined) return;
  const keys = [readStoreKey(source), nextKeyOf(source)].filter((key) => key !== undefined);
  const isRight = keys.some((key) => fits(key, check));
  for (const key of keys) key.fill(0);
  if (isRight) return;
  throw keys.length === 0
    ? new StoreError(
        'key-file',
        `${nameOfKey(source)} is missing: the store needs the key it was written with`,
      )
    : new StoreError('wrong-key', `${nameOfKey(source)} is not the one this store was written with`);
}

function octetsOf(value: unknown): Uint8Array | undefined {
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  return value instanceof Uint8Array ? value : undefined;
}

async function pinsOf(connection: PlainConnection): Promise<ReadonlyMap<string, string>> {
  try {
    const rows = await connection.all('SELECT network, server, fingerprint FROM server_key');
    return new Map(
      rows.map((row) => [pinOf(String(row['network']), String(row['server'])), String(row['fingerprint'])]),
    );
  } catch (cause) {
    throw new StoreError('schema', `its tables are not those of a gateway: ${reason(cause)}`, { cause });
  }
}
