import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
  chmodSync,
  existsSync,
} from 'node:fs';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

import Database from 'libsql';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { openDatabase } from '../../src/store/dialects/sqlite/database.js';
import { ThreadDriver } from '../../src/store/dialects/sqlite/driver.js';
import { createSqliteDialect } from '../../src/store/dialects/sqlite/dialect.js';
import { StoreError, type StoreErrorCode } from '../../src/store/errors.js';
import { lockStore } from '../../src/store/dialects/sqlite/lock.js';
import { sql } from '../../src/store/kysely.js';
import { migrate } from '../../src/store/migrations/index.js';
import { openStore } from '../../src/store/open.js';
import type { Store } from '../../src/store/types.js';

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

async function openHere(options: { keyFile?: string; url?: string } = {}): Promise<Store> {
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

const sqlite = createSqliteDialect(undefined);
const publicKey = new TextEncoder().encode('a public key blob');
const privateKey = new TextEncoder().encode('TOP-SECRET-PRIVATE-NUMBERS-0123456789');

describe('the store', () => {
  it('starts empty, keeps what it is given, and still has it after a reopening', async () => {
    const first = await openHere();
    expect(await first.identities.find('a@x')).toBeUndefined();
    expect(await first.serverKeys.find('net', 'h:706')).toBeUndefined();
    const before = Date.now();
    const made = await first.identities.add('a@x', { publicKey, privateKey });
    expect(made.createdAt.getTime()).toBeGreaterThanOrEqual(before);
    await first.serverKeys.pin('net', 'h:706', 'ab'.repeat(20));
    const secret = await first.secrets.obtain('occupant-id');
    await first.close();

    const second = await openHere();
    const again = await second.identities.find('a@x');
    expect(again).toEqual(made);
    expect(again?.privateKey).toEqual(privateKey);
    expect(again?.publicKey).toBeInstanceOf(Uint8Array);
    expect((await second.serverKeys.find('net', 'h:706'))?.fingerprint).toBe('ab'.repeat(20));
    expect(await second.secrets.obtain('occupant-id')).toEqual(secret);
  });

  it('keeps the first identity of a user whatever comes later or at the same time', async () => {
    const store = await openHere();
    const results = await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        store.identities.add('a@x', { publicKey, privateKey: Uint8Array.of(i, 1, 2, 3) }),
      ),
    );
    const holding = await store.identities.find('a@x');
    for (const result of results) expect(result).toEqual(holding);
    await store.identities.add('a@x', { publicKey, privateKey: Uint8Array.of(99) });
    expect(await store.identities.find('a@x')).toEqual(holding);
  });

  it('keeps users, networks and servers apart', async () => {
    const store = await openHere();
    await store.identities.add('a@x', { publicKey, privateKey: Uint8Array.of(1) });
    await store.identities.add('b@x', { publicKey, privateKey: Uint8Array.of(2) });
    expect((await store.identities.find('a@x'))?.privateKey).toEqual(Uint8Array.of(1));
    expect((await store.identities.find('b@x'))?.privateKey).toEqual(Uint8Array.of(2));
    await store.serverKeys.pin('one', 'h:706', '11'.repeat(20));
    await store.serverKeys.pin('two', 'h:706', '22'.repeat(20));
    await store.serverKeys.pin('one', 'h:707', '33'.repeat(20));
    expect((await store.serverKeys.find('one', 'h:706'))?.fingerprint).toBe('11'.repeat(20));
    expect((await store.serverKeys.find('two', 'h:706'))?.fingerprint).toBe('22'.repeat(20));
    expect((await store.serverKeys.find('one', 'h:707'))?.fingerprint).toBe('33'.repeat(20));
  });

  it('replaces a pinned key when told to, and keeps the first day of one that is pinned again', async () => {
    const store = await openHere();
    await store.serverKeys.pin('net', 'h:706', '11'.repeat(20));
    const first = await store.serverKeys.find('net', 'h:706');
    await store.serverKeys.pin('net', 'h:706', '11'.repeat(20));
    expect(await store.serverKeys.find('net', 'h:706')).toEqual(first);
    await store.serverKeys.pin('net', 'h:706', '22'.repeat(20));
    expect((await store.serverKeys.find('net', 'h:706'))?.fingerprint).toBe('22'.repeat(20));
  });

  it('makes each gateway secret once, 32 random octets', async () => {
    const store = await openHere();
    const [a, b, c] = await Promise.all([
      store.secrets.obtain('a'),
      store.secrets.obtain('a'),
      store.secrets.obtain('b'),
    ]);
    expect(a).toHaveLength(32);
    expect(a).toEqual(b);
    expect(a).not.toEqual(c);
  });

  it('keeps sessions and channels as they were written last, all of a change or nothing', async () => {
    const first = await openHere();
    const state = (text: string): Uint8Array => new TextEncoder().encode(text);
    const many = Array.from({ length: 250 }, (_, i) => ({
      user: `u${i}@x`,
      network: 'net',
      state: state('a'),
    }));
    await first.sessions.save({
      sessions: many,
      channels: [
        { network: 'net', name: 'one', state: state('1') },
        { network: 'net', name: 'two', state: state('2') },
      ],
      aliveAt: new Date(1_000),
    });
    await first.sessions.save({
      sessions: [
        { user: 'u1@x', network: 'net', state: undefined },
        { user: 'u2@x', network: 'net', state: state('b') },
      ],
      channels: [{ network: 'net', name: 'two', state: undefined }],
      aliveAt: new Date(2_000),
    });
    await first.close();

    const second = await openHere();
    const { sessions, channels, aliveAt, damaged } = await second.sessions.load();
    expect(second.sessions.isLasting).toBe(true);
    expect(aliveAt).toEqual(new Date(2_000));
    expect(damaged).toBe(0);
    expect(channels).toEqual([{ network: 'net', name: 'one', state: state('1') }]);
    expect(sessions).toHaveLength(249);
    expect(sessions.find(({ user }) => user === 'u2@x')?.state).toEqual(state('b'));
    expect(sessions.some(({ user }) => user === 'u1@x')).toBe(false);
  });

  it('leaves out a session that does not open, and reads all others', async () => {
    const first = await openHere();
    const state = new TextEncoder().encode('WHO-IS-WHERE');
    const session = (user: string) => ({ user, network: 'net', state });
    await first.sessions.save({ sessions: ['a@x', 'b@x'].map(session), channels: [], aliveAt: new Date() });
    await first.close();
    expect(readFileSync(path).includes('WHO-IS-WHERE')).toBe(false);
    const raw = new Database(path);
    raw.exec("UPDATE session SET state = (SELECT state FROM session WHERE user = 'b@x') WHERE user = 'a@x'");
    raw.close();
    const { sessions, damaged } = await (await openHere()).sessions.load();
    expect([sessions, damaged]).toEqual([[session('b@x')], 1]);
  });

  it('takes any text as a name, SQL or not', async () => {
    const store = await openHere();
    const odd = `x'; DROP TABLE identity; -- "\u05d0😀@h`;
    await store.identities.add(odd, { publicKey, privateKey });
    expect((await store.identities.find(odd))?.privateKey).toEqual(privateKey);
  });

  it('refuses every use after close, and closes twice without complaint', async () => {
    const store = await openHere();
    await store.close();
    await store.close();
    expect(await codeOf(store.identities.find('a@x'))).toBe('closed');
    expect(await codeOf(store.secrets.obtain('a'))).toBe('closed');
    expect(await codeOf(store.identities.add('a@x', { publicKey, privateKey }))).toBe('closed');
  });

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

  it('says that PostgreSQL is not there yet, and refuses URLs it does not understand', async () => {
    await expect(openStore({ url: 'postgres://db/x' })).rejects.toThrow(/not available in this version/);
    for (const bad of ['postgresql://x', 'mysql:x', 'gateway.db', '', 'sqlite:', 'sqlite:/tmp/', 'sqlite://'])
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

  it('are closed to a key file that is another one', async () => {
    await (await openHere()).close();
    writeFileSync(join(folder, 'other.key'), new Uint8Array(32).fill(7), { mode: 0o600 });
    expect(await codeOf(openStore({ url, keyFile: join(folder, 'other.key') }))).toBe('wrong-key');
    // The refusal gives the lock back.
    await openHere();
  });

  it('are not replaced by a new key when the key file is gone', async () => {
    await (await openHere()).close();
    unlinkSync(`${path}.key`);
    expect(await codeOf(openStore({ url }))).toBe('key-file');
    expect(existsSync(`${path}.key`)).toBe(false);
  });

  it('need a key file of 32 octets that is not open to everybody', async () => {
    writeFileSync(`${path}.key`, new Uint8Array(31), { mode: 0o600 });
    expect(await codeOf(openStore({ url }))).toBe('key-file');
    writeFileSync(`${path}.key`, new Uint8Array(33), { mode: 0o600 });
    expect(await codeOf(openStore({ url }))).toBe('key-file');
    writeFileSync(`${path}.key`, new Uint8Array(32));
    chmodSync(`${path}.key`, 0o644);
    expect(await codeOf(openStore({ url }))).toBe('key-file');
    chmodSync(`${path}.key`, 0o440);
    await openHere();
  });

  it('get their key file in spite of drafts that a crash left behind, and leave none themselves', async () => {
    const draft = `${path}.key.${process.pid}.new`;
    writeFileSync(draft, 'half');
    await openHere();
    expect(readFileSync(`${path}.key`).length).toBe(32);
    expect(readdirSync(folder).filter((name) => name.endsWith('.new'))).toEqual([basename(draft)]);
  });

  it('say why their key file cannot be used', async () => {
    mkdirSync(`${path}.key`, { mode: 0o700 });
    await expect(openStore({ url })).rejects.toMatchObject({
      code: 'key-file',
      message: expect.stringContaining('EISDIR') as string,
    });
    const keyFile = join(folder, 'plain', 'key');
    writeFileSync(join(folder, 'plain'), '');
    await expect(openStore({ url, keyFile })).rejects.toMatchObject({
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
    const dump = readFileSync(new URL('databases/first-version.sql', import.meta.url), 'utf8');
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

  it('refuse a database of a newer version', async () => {
    await (await openHere()).close();
    const db = openDatabase(new ThreadDriver(path));
    await sql`INSERT INTO kysely_migration (name, timestamp) VALUES ('9999-future', '2030-01-01')`.execute(
      db,
    );
    await db.destroy();
    expect(await codeOf(openStore({ url }))).toBe('schema');
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
  it('lets one gateway at a time in, names its process, and is free after close', async () => {
    const first = await openHere();
    await expect(openStore({ url })).rejects.toMatchObject({
      code: 'locked',
      message: expect.stringContaining(`process ${process.pid}`) as string,
    });
    // A second look at the same files must not have broken the first one's lock.
    expect(await codeOf(openStore({ url }))).toBe('locked');
    expect((await first.secrets.obtain('x')).length).toBe(32);
    await first.close();
    await openHere();
  });

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
