import {
  copyFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { StoreLog } from '../../../src/store/monitor.js';
import { Database } from '../../../src/store/database.js';
import { sql } from '../../../src/store/kysely.js';
import { openStore } from '../../../src/store/open.js';
import { identityRepository } from '../../../src/store/repositories/identities.js';
import { Sealer } from '../../../src/store/sealer.js';
import { openPlace } from '../../../src/store/vault.js';
import type { Store } from '../../../src/store/types.js';
import { LimitedProcess } from '../../support/limited-process.js';
import { newPlace, type StorePlace } from '../../support/stores.js';

const octets = (text: string): Uint8Array => new TextEncoder().encode(text);
const key = (text: string) => ({ publicKey: octets('public'), privateKey: octets(text) });

let place: StorePlace;
let path: string;
let store: Store;
let log: {
  warn: ReturnType<typeof vi.fn<StoreLog['warn']>>;
  info: ReturnType<typeof vi.fn<StoreLog['info']>>;
};
const PATIENT = { timeout: 15_000, interval: 20 };

beforeEach(async () => {
  place = await newPlace('sqlite');
  path = join(place.folder, 'gateway.db');
  log = { warn: vi.fn(), info: vi.fn() };
  store = await place.open({ log });
  await store.identities.add('before@x', key('before'));
});

/** Resolves when the log has a warning like this. */
const warned = (text: RegExp): Promise<unknown> =>
  vi.waitUntil(
    () => log.warn.mock.calls.find(([fields, what]) => text.test(`${what} ${String(fields['reason'])}`)),
    PATIENT,
  );

async function expectKeys(of: Store, ...users: string[]): Promise<void> {
  for (const user of users) {
    expect((await of.identities.find(`${user}@x`))?.privateKey, user).toEqual(octets(user));
  }
}

describe('files that go while they are in use', () => {
  it.each([
    ['the database', ['']],
    ['the database and all beside it', ['', '-wal', '-shm']],
  ])('%s: it is written anew, whole, and nothing is lost', async (_, suffixes) => {
    for (const suffix of suffixes) unlinkSync(path + suffix);
    await store.identities.add('after@x', key('after'));
    await warned(/was deleted while it was in use: it is written anew, whole/);
    await store.identities.add('later@x', key('later'));
    await expectKeys(store, 'before', 'after', 'later');
    expect(store.health()).toEqual({ ok: true });
    await store.close();
    await expectKeys(await place.open(), 'before', 'after', 'later');
    expect(readdirSync(place.folder).filter((name) => name.includes('rescued'))).toEqual([]);
  });

  it('the log of the database alone: what it held is in the database', async () => {
    unlinkSync(`${path}-wal`);
    await store.identities.add('after@x', key('after'));
    await warned(/-wal was deleted/);
    await store.identities.add('later@x', key('later'));
    await store.close();
    await expectKeys(await place.open(), 'before', 'after', 'later');
  });

  it('a database that another one replaces is left alone, and what there was is kept beside it', async () => {
    const other = await newPlace('sqlite');
    await (await other.open()).close();
    copyFileSync(join(other.folder, 'gateway.db'), `${path}.other`);
    renameSync(`${path}.other`, path);
    await store.identities.add('after@x', key('after'));
    await warned(/was replaced while it was in use/);
    expect(store.health()).toMatchObject({
      ok: false,
      reason: expect.stringContaining('was replaced') as string,
    });
    // Nothing that would be lost is taken, and what is known goes on being read.
    await expect(store.identities.add('lost@x', key('lost'))).rejects.toMatchObject({ code: 'io' });
    await expectKeys(store, 'before', 'after');
    await vi.waitUntil(() => existsSync(`${path}.rescued`), PATIENT);
    await store.close();
    const url = `sqlite:${path}.rescued`;
    const rescued = await openStore({ url, key: { file: place.keyFile } });
    await expectKeys(rescued, 'before', 'after');
    await rescued.close();
  });

  it('the key file: it is written anew', async () => {
    const before = readFileSync(place.keyFile);
    unlinkSync(place.keyFile);
    await warned(/key file .* was deleted/);
    expect(readFileSync(place.keyFile)).toEqual(before);
  });

  it('a key file that another one replaces: the right one is kept beside it', async () => {
    const before = readFileSync(place.keyFile);
    writeFileSync(`${place.keyFile}.other`, Buffer.alloc(32, 7), { mode: 0o600 });
    renameSync(`${place.keyFile}.other`, place.keyFile);
    await warned(/key file .* was replaced/);
    expect(store.health().ok).toBe(false);
    expect(readFileSync(`${place.keyFile}.rescued`)).toEqual(before);
    renameSync(`${place.keyFile}.rescued`, place.keyFile);
    await vi.waitUntil(() => store.health().ok, PATIENT);
  });

  it('the lock: it is taken again', async () => {
    unlinkSync(`${path}.lock`);
    await warned(/\.lock was deleted/);
    await expect(openStore({ url: place.url })).rejects.toMatchObject({ code: 'locked' });
    expect(store.health()).toEqual({ ok: true });
  });

  it('the database between two runs: no new keys are made behind the back of all', async () => {
    await store.close();
    for (const suffix of ['', '-wal', '-shm']) if (existsSync(path + suffix)) unlinkSync(path + suffix);
    for (let tries = 0; tries < 2; tries++) {
      await expect(place.open({ log })).rejects.toMatchObject({
        code: 'corrupt',
        message: expect.stringMatching(/is gone, and its key file .* is there/) as string,
      });
    }
    unlinkSync(place.keyFile);
    expect(await (await place.open()).identities.find('before@x')).toBeUndefined();
  });
});

describe('a disk that is full', () => {
  it('refuses what is new, reads what is known, and takes it when there is room again', async () => {
    await store.close();
    const gateway = await LimitedProcess.start(place.url, place.keyFile);
    expect(await gateway.ask({ add: 'one@x' })).toBe('stored');
    gateway.limitFiles(100_000);
    const outcomes: string[] = [];
    for (let user = 0; !outcomes.includes('io') && user < 200; user++) {
      outcomes.push(await gateway.ask({ add: `many-${user}@x` }));
    }
    expect(outcomes.at(-1)).toBe('io');
    expect(await gateway.ask({ find: 'one@x' })).toBe('found');
    expect(await gateway.ask({ health: true })).toMatch(/^failing/);
    gateway.limitFiles(undefined);
    expect(await gateway.ask({ add: 'after@x' })).toBe('stored');
    await vi.waitUntil(async () => (await gateway.ask({ health: true })) === 'ok', PATIENT);
    await gateway.end();
    const again = await place.open();
    for (const user of ['one@x', 'after@x', 'before@x']) {
      expect(await again.identities.find(user), user).toBeDefined();
    }
    // Who was told to be stored is, and nobody else.
    for (const [user, outcome] of outcomes.entries()) {
      const found = await again.identities.find(`many-${user}@x`);
      expect(found !== undefined, `many-${user}`).toBe(outcome === 'stored');
    }
  });
});

describe('a database that may only be read', () => {
  it('goes on for those who are known, says so, and takes what is new when it may', async () => {
    await store.close();
    const opened = await openPlace({ url: place.url, key: { file: place.keyFile }, log });
    const database = new Database(opened);
    const sealer = new Sealer(readFileSync(place.keyFile));
    const identities = identityRepository(database, sealer);
    await sql`PRAGMA query_only = ON`.execute(opened.db);
    await expect(identities.add('new@x', key('new'))).rejects.toMatchObject({ code: 'io' });
    expect((await identities.find('before@x'))?.privateKey).toEqual(octets('before'));
    expect(opened.monitor.health).toMatchObject({
      ok: false,
      reason: expect.stringContaining('readonly') as string,
    });
    await sql`PRAGMA query_only = OFF`.execute(opened.db);
    await identities.add('new@x', key('new'));
    expect(opened.monitor.health).toEqual({ ok: true });
    await database.close();
  });
});
