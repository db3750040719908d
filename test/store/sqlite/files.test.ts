import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
  existsSync,
} from 'node:fs';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

import Database from 'libsql';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { openDatabase } from '../../../src/store/dialects/sqlite/database.js';
import { ThreadDriver } from '../../../src/store/dialects/sqlite/driver.js';
import { createSqliteDialect } from '../../../src/store/dialects/sqlite/dialect.js';
import { StoreError, type StoreErrorCode } from '../../../src/store/errors.js';
import { lockStore } from '../../../src/store/dialects/sqlite/lock.js';
import { sql } from '../../../src/store/kysely.js';
import { StoreMonitor } from '../../../src/store/monitor.js';
import { migrate } from '../../../src/store/migrations/index.js';
import { openStore } from '../../../src/store/open.js';
import type { Store } from '../../../src/store/types.js';
import type { StoreOptions } from '../../../src/store/vault.js';

let folder: string;
let path: string;
let url: string;
const open: Store[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'store-test-'));
  path = join(folder, 'gateway.db');
  url = `sqlite:${path}`;
});

afterEach(async () => {
  for (const store of open.splice(0)) await store.close();
  rmSync(folder, { recursive: true, force: true });
});

async function openHere(options: Partial<StoreOptions> = {}): Promise<Store> {
  const store = await openStore({ url, ...options });
  open.push(store);
  return store;
}

async function codeOf(work: Promise<unknown>): Promise<StoreErrorCode | undefined> {
  const outcome = await work.then(
    () => undefined,
    (cause: unknown) => cause,
  );
  if (outcome === undefined) return undefined;
  expect(outcome).toBeInstanceOf(StoreError);
  return outcome instanceof StoreError ? outcome.code : undefined;
}

/** Tables with their columns, and what SQLite tells of both. */
async function tablesOf(db: ReturnType<typeof openDatabase>): Promise<unknown[]> {
  const { rows } = await sql<{ name: string }>`
    SELECT name, ncol, wr AS without_rowid, strict FROM pragma_table_list
    WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name`.execute(db);
  expect(rows.length).toBeGreaterThan(4);
  return Promise.all(
    rows.map(async (table) => {
      const { rows: columns } = await sql<{ type: string }>`
        SELECT name, type, "notnull", dflt_value, pk FROM pragma_table_info(${table.name})`.execute(db);
      return { table, columns: columns.map((column) => ({ ...column, type: column.type.toUpperCase() })) };
    }),
  );
}

const sqlite = createSqliteDialect(undefined, new StoreMonitor());
const publicKey = new TextEncoder().encode('a public key blob');
const privateKey = new TextEncoder().encode('TOP-SECRET-PRIVATE-NUMBERS-0123456789');

describe('a store in a file', () => {
  it('is one file when it is closed', async () => {
    const store = await openHere();
    await store.identities.add('a@x', { publicKey, privateKey });
    await store.close();
    expect(readFileSync(path).includes(Buffer.from(publicKey))).toBe(true);
    const wal = `${path}-wal`;
    expect(existsSync(wal) ? statSync(wal).size : 0).toBe(0);
  });

  it('works in memory without any file', async () => {
    const store = await openHere({ url: 'sqlite::memory:' });
    await store.identities.add('a@x', { publicKey, privateKey });
    expect((await store.identities.find('a@x'))?.privateKey).toEqual(privateKey);
    expect(existsSync(path)).toBe(false);
  });

  it('refuses URLs it does not understand', async () => {
    for (const bad of ['mysql:x', 'gateway.db', '', 'sqlite:', 'sqlite:/tmp/', 'sqlite://'])
      expect(await codeOf(openStore({ url: bad }))).toBe('unsupported');
  });

  it('reports a place where it cannot write as an error of its own', async () => {
    writeFileSync(join(folder, 'file'), '');
    expect(await codeOf(openStore({ url: `sqlite:${folder}/file/gateway.db` }))).toBe('io');
  });
});

describe('secrets at rest', () => {
  it('appear nowhere in the files of the database, while public keys do', async () => {
    const store = await openHere();
    await store.identities.add('a@x', { publicKey, privateKey });
    const secret = await store.secrets.obtain('occupant-id');
    // The WAL is part of what lies on the disk: looked at before and after it is folded into the database.
    const files = () =>
      ['', '-wal', '-shm', '.lock']
        .map((suffix) => path + suffix)
        .filter((name) => existsSync(name))
        .map((name) => readFileSync(name));
    const whileOpen = Buffer.concat(files());
    await store.close();
    const closed = Buffer.concat(files());
    for (const octets of [whileOpen, closed]) {
      expect(octets.includes(Buffer.from(publicKey))).toBe(true);
      expect(octets.includes(Buffer.from(privateKey))).toBe(false);
      expect(octets.includes(Buffer.from(privateKey.subarray(0, 12)))).toBe(false);
      expect(octets.includes(Buffer.from(secret.subarray(0, 8)))).toBe(false);
    }
    expect(closed.includes(readFileSync(`${path}.key`))).toBe(false);
  });

  it('lie in files that only the owner may read', async () => {
    const loose = join(folder, 'deep', 'er', 'gateway.db');
    const store = await openHere({ url: `sqlite:${loose}` });
    await store.identities.add('a@x', { publicKey, privateKey });
    for (const suffix of ['', '-wal', '-shm', '.key', '.lock']) {
      expect(statSync(loose + suffix).mode & 0o777, suffix).toBe(0o600);
    }
    expect(statSync(join(folder, 'deep')).mode & 0o777).toBe(0o700);
  });

  it('get their key file in spite of drafts that a crash left behind, and leave none themselves', async () => {
    const draft = `${path}.key.${process.pid}.new`;
    writeFileSync(draft, 'half');
    await openHere();
    expect(readFileSync(`${path}.key`).length).toBe(32);
    expect(readdirSync(folder).filter((name) => name.endsWith('.new'))).toEqual([basename(draft)]);
  });

  it('say why their key file cannot be used', async () => {
    await (await openHere()).close();
    rmSync(`${path}.key`);
    mkdirSync(`${path}.key`, { mode: 0o700 });
    await expect(openStore({ url })).rejects.toMatchObject({
      code: 'key-file',
      message: expect.stringContaining('EISDIR') as string,
    });
    const keyFile = join(folder, 'plain', 'key');
    writeFileSync(join(folder, 'plain'), '');
    await expect(openStore({ url, key: { file: keyFile } })).rejects.toMatchObject({
      code: 'key-file',
      message: expect.stringContaining('ENOTDIR') as string,
    });
  });

  it('are refused with a typed error when the stored value is damaged at any octet, cut or moved', async () => {
    const store = await openHere();
    await store.identities.add('a@x', { publicKey, privateKey });
    await store.identities.add('b@x', { publicKey, privateKey });
    await store.close();
    const db = openDatabase(new ThreadDriver(path));
    const row = await db
      .selectFrom('identity')
      .select('private_key')
      .where('user', '=', 'a@x')
      .executeTakeFirstOrThrow();
    const sealed = row.private_key;
    const put = (value: Uint8Array) =>
      db.updateTable('identity').set({ private_key: value }).where('user', '=', 'a@x').execute();
    const reader = await openHere();
    for (let at = 0; at < sealed.length; at++) {
      const damaged = sealed.slice();
      damaged[at] = (damaged[at] ?? 0) ^ 0x10;
      await put(damaged);
      expect(await codeOf(reader.identities.find('a@x')), `octet ${at}`).toBe('corrupt');
    }
    for (const length of [0, 1, 12, 28, 29, sealed.length - 1]) {
      await put(sealed.slice(0, length));
      expect(await codeOf(reader.identities.find('a@x')), `length ${length}`).toBe('corrupt');
    }
    const other = await db
      .selectFrom('identity')
      .select('private_key')
      .where('user', '=', 'b@x')
      .executeTakeFirstOrThrow();
    await put(other.private_key);
    expect(await codeOf(reader.identities.find('a@x'))).toBe('corrupt');
    await put(sealed);
    expect((await reader.identities.find('a@x'))?.privateKey).toEqual(privateKey);
    await db.destroy();
  });
});

describe('migrations', () => {
  it('run once, and a second time change nothing', async () => {
    const db = openDatabase(new ThreadDriver(undefined));
    await migrate(db, sqlite);
    await db
      .insertInto('meta')
      .values({ name: 'x', value: Uint8Array.of(1) })
      .execute();
    await migrate(db, sqlite);
    expect(await db.selectFrom('meta').selectAll().execute()).toEqual([
      { name: 'x', value: Uint8Array.of(1) },
    ]);
    await db.destroy();
  });

  it('find a database of the first version as it was, and make a new one like it', async () => {
    const dump = readFileSync(new URL('../databases/first-version.sql', import.meta.url), 'utf8');
    const [, key = ''] = /^-- key file: ([0-9a-f]{64})$/m.exec(dump) ?? [];
    writeFileSync(`${path}.key`, Buffer.from(key, 'hex'), { mode: 0o600 });
    const raw = new Database(path);
    raw.exec(dump);
    raw.close();
    const store = await openHere();
    expect(await store.identities.find('alice@example.org')).toEqual({
      publicKey: new TextEncoder().encode('public key of alice'),
      privateKey: new TextEncoder().encode('private key of alice'),
      createdAt: new Date(1795939214178),
    });
    expect(await store.serverKeys.find('silcnet', 'silc.example.net:706')).toEqual({
      fingerprint: 'ab'.repeat(20),
      firstSeen: new Date(1795939214179),
    });
    expect(Buffer.from(await store.secrets.obtain('occupant-id')).toString('hex')).toBe(
      'd2fb33b26cf00e40287afb0175c25b39f60450cd0c7ce14d8bacba685a139756',
    );
    const fresh = openDatabase(new ThreadDriver(undefined));
    await migrate(fresh, sqlite);
    const old = openDatabase(new ThreadDriver(path));
    expect(await tablesOf(fresh)).toEqual(await tablesOf(old));
    await old.destroy();
    await fresh.destroy();
  });

  it('leave nothing behind when one fails', async () => {
    const db = openDatabase(new ThreadDriver(undefined));
    const failing = {
      '0001-good': {
        up: async (at: typeof db) => {
          await sql`CREATE TABLE good (x)`.execute(at);
        },
      },
      '0002-bad': {
        up: async (at: typeof db) => {
          await sql`CREATE TABLE good (x)`.execute(at);
        },
      },
    };
    await expect(migrate(db, sqlite, failing)).rejects.toMatchObject({ code: 'schema', message: /0002-bad/ });
    const tables = await sql<{ name: string }>`SELECT name FROM sqlite_master WHERE name = 'good'`.execute(
      db,
    );
    expect(tables.rows).toEqual([]);
    await db.destroy();
  });

  it('tell a file that is damaged behind its header from one of another version', async () => {
    const store = await openHere();
    await store.secrets.obtain('x');
    await store.close();
    const octets = readFileSync(path);
    writeFileSync(path, octets.fill(0x55, 4096));
    expect(await codeOf(openStore({ url }))).toBe('corrupt');
  });

  it('refuse a file that is no database', async () => {
    writeFileSync(path, 'this is no database at all, but long enough to be looked at '.repeat(20));
    expect(await codeOf(openStore({ url }))).toBe('corrupt');
  });
});

describe('the lock', () => {
  it('holds for another path to the same file', async () => {
    const first = await openHere();
    mkdirSync(join(folder, 'elsewhere'));
    symlinkSync(path, join(folder, 'elsewhere', 'gateway.db'));
    expect(await codeOf(openStore({ url: `sqlite:${folder}/elsewhere/gateway.db` }))).toBe('locked');
    await first.close();
  });

  it('holds against another process, and ends when that process is killed', async () => {
    const script = join(folder, 'holder.mjs');
    const libsql = import.meta.resolve('libsql');
    writeFileSync(
      script,
      `import Database from ${JSON.stringify(libsql)};
       const file = new Database(${JSON.stringify(`${path}.lock`)});
       file.exec('CREATE TABLE holder (one INTEGER PRIMARY KEY, pid INTEGER, host TEXT)');
       file.prepare('INSERT INTO holder VALUES (1, ?, ?)').run(process.pid, 'elsewhere');
       file.exec('BEGIN IMMEDIATE');
       process.send('held');
       setInterval(() => file.inTransaction, 1000);`,
    );
    const holder = fork(script);
    await once(holder, 'message');
    await expect(openStore({ url })).rejects.toMatchObject({
      code: 'locked',
      message: expect.stringContaining(`process ${String(holder.pid)} on elsewhere`) as string,
    });
    holder.kill('SIGKILL');
    await once(holder, 'exit');
    await openHere();
  });

  it('releases twice without complaint', () => {
    const lock = lockStore(path);
    lock.release();
    lock.release();
    lockStore(path).release();
  });
});
