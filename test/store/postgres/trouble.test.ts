import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { StoreLog } from '../../../src/store/monitor.js';
import { openStore } from '../../../src/store/open.js';
import type { Store } from '../../../src/store/types.js';
import { limitFiles } from '../../support/limited-process.js';
import { ask, createDatabase, dropDatabase, hold } from '../../support/postgres/databases.js';
import { owner, PostgresServer } from '../../support/postgres/server.js';

const octets = (text: string): Uint8Array => new TextEncoder().encode(text);
const key = (text: string) => ({ publicKey: octets('public'), privateKey: octets(text) });
const PATIENT = { timeout: 30_000, interval: 20 };

let server: PostgresServer;
let folder: string;
let url: string;
let store: Store;
let log: {
  warn: ReturnType<typeof vi.fn<StoreLog['warn']>>;
  info: ReturnType<typeof vi.fn<StoreLog['info']>>;
};

const open = (): Promise<Store> => openStore({ url, key: { file: join(folder, 'key') }, log });

// What is done to this server is not for other tests.
beforeAll(async () => {
  server = await PostgresServer.start();
});
afterAll(() => server.stop());

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'store-trouble-'));
  url = await createDatabase(server.url('postgres'));
  log = { warn: vi.fn(), info: vi.fn() };
  store = await open();
  await store.identities.add('before@x', key('before'));
});
afterEach(async () => {
  await store.close();
  await dropDatabase(url);
  rmSync(folder, { recursive: true, force: true });
});

const isWell = (): Promise<unknown> => vi.waitUntil(() => store.health().ok, PATIENT);

describe('a PostgreSQL server', () => {
  it.each(['SIGINT', 'SIGQUIT'] as const)('that ends (%s) and comes back is found again', async (signal) => {
    await server.halt(signal);
    await vi.waitUntil(() => !store.health().ok, PATIENT);
    // What is asked meanwhile waits a little, and is refused when that does not help.
    await expect(store.identities.add('lost@x', key('lost'))).rejects.toMatchObject({ code: 'io' });
    expect(store.health().reason).toMatch(/the database is away/);
    await server.resume();
    const isThere = (): Promise<boolean> =>
      store.identities.find('before@x').then(
        (found) => found !== undefined,
        () => false,
      );
    await vi.waitUntil(isThere, PATIENT);
    expect((await store.identities.find('before@x'))?.privateKey).toEqual(octets('before'));
    expect(await store.identities.find('lost@x')).toBeUndefined();
    await store.identities.add('after@x', key('after'));
    expect(log.info).toHaveBeenCalledWith({}, 'the store works again');
    await expect(open()).rejects.toMatchObject({ code: 'locked' });
  });

  it('that ends all sessions gives this gateway its lock back', async () => {
    const end = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                 WHERE datname = current_database() AND pid <> pg_backend_pid()`;
    await ask(url, end);
    await vi.waitUntil(() => log.warn.mock.calls.length > 0, PATIENT);
    await isWell();
    expect((await store.identities.find('before@x'))?.privateKey).toEqual(octets('before'));
  });

  it('whose table somebody has locked is read, and refuses in time', async () => {
    const release = await hold(url, 'LOCK TABLE identity IN EXCLUSIVE MODE');
    const adding = store.identities.add('new@x', key('new'));
    expect((await store.identities.find('before@x'))?.privateKey).toEqual(octets('before'));
    await expect(adding).rejects.toMatchObject({ code: 'busy' });
    expect(store.health().ok).toBe(false);
    await release();
    await store.identities.add('new@x', key('new'));
    expect(store.health()).toEqual({ ok: true });
  });

  it('that may only be read goes on for those who are known', async () => {
    await ask(url, 'ALTER SYSTEM SET default_transaction_read_only = on');
    await ask(url, 'SELECT pg_reload_conf()');
    await vi.waitUntil(async () => {
      const refused = await store.identities.add('new@x', key('new')).then(
        () => false,
        (error: unknown) => String(error).includes('read-only'),
      );
      if (!refused) await ask(url, 'SELECT 1');
      return refused;
    }, PATIENT);
    expect((await store.identities.find('before@x'))?.privateKey).toEqual(octets('before'));
    expect(store.health()).toMatchObject({ ok: false });
    await allowWriting();
    await vi.waitUntil(
      () =>
        store.identities.add('later@x', key('later')).then(
          () => true,
          () => false,
        ),
      PATIENT,
    );
    expect(store.health()).toEqual({ ok: true });
  });

  it('whose disk is full refuses what is new, and takes it when there is room', async () => {
    const limit = (octetsOfAFile: number | undefined): void => {
      const children = execFileSync('pgrep', ['-P', String(server.pid)], { encoding: 'utf8' })
        .trim()
        .split('\n');
      for (const pid of [server.pid, ...children.map(Number)]) limitFiles(pid, octetsOfAFile, owner());
    };
    const save = (name: string): Promise<string> =>
      store.roomRecords.save('net', name, 'avatar', randomBytes(200_000)).then(
        () => 'stored',
        (error: unknown) => (error as { code: string }).code,
      );
    limit(2 << 20);
    const outcomes: string[] = [];
    try {
      for (let room = 0; !outcomes.includes('io') && room < 50; room++)
        outcomes.push(await save(`room-${room}`));
      expect(outcomes.at(-1)).toBe('io');
      expect((await store.identities.find('before@x'))?.privateKey).toEqual(octets('before'));
      expect(store.health()).toMatchObject({ ok: false });
    } finally {
      limit(undefined);
    }
    expect(await save('after')).toBe('stored');
    expect(store.health()).toEqual({ ok: true });
    for (const [room, outcome] of outcomes.entries()) {
      const found = await store.roomRecords.find('net', `room-${room}`, 'avatar');
      expect(found !== undefined, `room-${room}`).toBe(outcome === 'stored');
    }
  });

  it('whose table is gone is a damaged store, and makes no new keys', async () => {
    await ask(url, 'DROP TABLE identity');
    await expect(store.identities.find('before@x')).rejects.toMatchObject({ code: 'corrupt' });
    await expect(store.identities.add('before@x', key('other'))).rejects.toMatchObject({ code: 'corrupt' });
    expect(store.health()).toMatchObject({ ok: false });
  });

  it('without the database, or with a wrong login, is told from one that is away', async () => {
    const missing = new URL(url);
    missing.pathname = '/nothing';
    await expect(openStore({ url: missing.href, key: { file: join(folder, 'key') } })).rejects.toMatchObject({
      message: expect.stringMatching(/cannot use postgres:.*database "nothing" does not exist/) as string,
    });
    const nobody = url.replace('postgres@', 'nobody:TOP-SECRET@');
    const failure: unknown = await openStore({ url: nobody, key: { file: join(folder, 'key') } }).catch(
      (error: unknown) => error,
    );
    expect(String(failure)).toMatch(/role "nobody" does not exist/);
    expect(String(failure)).not.toContain('TOP-SECRET');
  });
});

async function allowWriting(): Promise<void> {
  const options = new URL(url);
  options.searchParams.set('options', '-c default_transaction_read_only=off');
  await ask(options.href, 'ALTER SYSTEM RESET default_transaction_read_only');
  await ask(options.href, 'SELECT pg_reload_conf()');
}
