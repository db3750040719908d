import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sql } from '../../../src/store/kysely.js';
import { openDatabase } from '../../../src/store/dialects/sqlite/database.js';
import { ThreadDriver } from '../../../src/store/dialects/sqlite/driver.js';
import { openStore } from '../../../src/store/open.js';
import type { Store } from '../../../src/store/types.js';
import { DatabaseHolder } from '../../support/database-holder.js';

const publicKey = Uint8Array.of(1, 2, 3);
const privateKey = Uint8Array.of(4, 5, 6);

let folder: string;
let path: string;
let store: Store;
let holder: DatabaseHolder | undefined;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'store-locked-'));
  path = join(folder, 'gateway.db');
  store = await openStore({ url: `sqlite:${path}` });
});

afterEach(async () => {
  await holder?.release();
  holder = undefined;
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

/** So many turns of the event loop, each with a timer. */
async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setTimeout(resolve, 1));
}

describe('a database that another process has locked', () => {
  it('is read as ever, and written when the lock is free, while the event loop goes on', async () => {
    await store.identities.add('known@x', { publicKey, privateKey });
    holder = await DatabaseHolder.hold(path);
    let isStored = false;
    const adding = store.identities.add('new@x', { publicKey, privateKey }).then((identity) => {
      isStored = true;
      return identity;
    });
    await turns(50);
    // What waits to be written holds up nobody who reads.
    expect((await store.identities.find('known@x'))?.privateKey).toEqual(privateKey);
    expect(isStored).toBe(false);
    await holder.release();
    expect((await adding).privateKey).toEqual(privateKey);
    expect((await store.identities.find('new@x'))?.publicKey).toEqual(publicKey);
  });

  it('is given up after a while, by all who wait together', async () => {
    holder = await DatabaseHolder.hold(path);
    const users = ['a@x', 'b@x', 'c@x'];
    const outcomes = await Promise.allSettled(
      users.map((user) => store.identities.add(user, { publicKey, privateKey })),
    );
    for (const outcome of outcomes) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { name: 'StoreError', code: 'busy' } });
    }
    await holder.release();
    await store.identities.add('a@x', { publicKey, privateKey });
  });

  it('lets a gateway end, and another one start that has nothing to change in it', async () => {
    await store.identities.add('known@x', { publicKey, privateKey });
    holder = await DatabaseHolder.hold(path);
    await store.close();
    store = await openStore({ url: `sqlite:${path}` });
    expect((await store.identities.find('known@x'))?.privateKey).toEqual(privateKey);
    // A write that waits when it is closed is given up in time.
    const waiting = store.identities.add('new@x', { publicKey, privateKey });
    await Promise.all([
      store.close(),
      expect(waiting).rejects.toMatchObject({ code: expect.stringMatching(/^(?:busy|io)$/) as string }),
    ]);
    await holder.release();
    store = await openStore({ url: `sqlite:${path}` });
    expect(await store.identities.find('new@x')).toBeUndefined();
  });
});

describe('the thread of the database', () => {
  it('keeps transactions whole: what others write comes before or after', async () => {
    const db = openDatabase(new ThreadDriver(path));
    const value = Uint8Array.of(1);
    const insert = (at: typeof db, name: string) => at.insertInto('meta').values({ name, value }).execute();
    const failed = db.transaction().execute(async (transaction) => {
      await insert(transaction, 'inside');
      const outside = insert(db, 'outside');
      await turns(20);
      // Not yet: the transaction has the turn.
      const names = await db.selectFrom('meta').select('name').where('name', 'like', '%side').execute();
      expect(names).toEqual([]);
      return { outside };
    });
    await (
      await failed
    ).outside;
    const rolledBack = db.transaction().execute(async (transaction) => {
      await insert(transaction, 'lost');
      throw new Error('on purpose');
    });
    await expect(rolledBack).rejects.toThrow('on purpose');
    const names = await db.selectFrom('meta').select('name').orderBy('name').execute();
    expect(names.map(({ name }) => name)).toEqual(['inside', 'key-check', 'outside']);
    await db.destroy();
  });

  it('carries out statements together: all of them or none', async () => {
    const driver = new ThreadDriver(undefined);
    const db = openDatabase(driver);
    await sql`CREATE TABLE t (x INTEGER PRIMARY KEY, octets BLOB)`.execute(db);
    // Octets that are part of something larger.
    const insert = (...all: readonly number[]) => ({
      sql: 'INSERT INTO t VALUES (?, ?)',
      times: all.map((x) => [x, Uint8Array.of(0, x, x, 0).subarray(1, 3)]),
    });
    await driver.transaction([insert(1), insert(2)]);
    const refused = { code: expect.stringMatching(/^SQLITE_CONSTRAINT/) as string };
    await expect(driver.transaction([insert(3), insert(2), insert(4)])).rejects.toMatchObject(refused);
    await expect(driver.transaction([insert(6, 7, 2)])).rejects.toMatchObject(refused);
    await driver.transaction([insert(5, 8)]);
    const { rows } = await sql`SELECT x, octets FROM t`.execute(db);
    expect(rows).toEqual([1, 2, 5, 8].map((x) => ({ x, octets: Uint8Array.of(x, x) })));
    await db.destroy();
  });

  it('says how many rows a statement has changed, and what SQLite refuses', async () => {
    const db = openDatabase(new ThreadDriver(undefined));
    await sql`CREATE TABLE t (x INTEGER PRIMARY KEY)`.execute(db);
    const inserted = await sql`INSERT INTO t VALUES (1), (2)`.execute(db);
    expect(inserted.numAffectedRows).toBe(2n);
    await expect(sql`INSERT INTO t VALUES (1)`.execute(db)).rejects.toMatchObject({
      code: expect.stringMatching(/^SQLITE_CONSTRAINT/) as string,
    });
    await expect(sql`INSERT INTO nowhere VALUES (1)`.execute(db)).rejects.toThrow(/nowhere/);
    await db.destroy();
    await expect(sql`SELECT 1`.execute(db)).rejects.toThrow();
  });
});
