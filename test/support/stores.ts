import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import { afterEach, inject } from 'vitest';
import { openStore } from '../../src/store/open.js';
import type { Store } from '../../src/store/types.js';
import type { StoreOptions } from '../../src/store/vault.js';
import { ask, createDatabase, dropDatabase } from './postgres/databases.js';

/** Kind of database that the suites run on: in the project `postgres` that, else SQLite. */
const server = inject('postgres');
export const kind = server === undefined ? 'sqlite' : 'postgres';

/** A place for one store that is empty, and goes at the end of the test. */
export interface StorePlace {
  readonly url: string;
  readonly keyFile: string;
  /** For whatever lies beside it. */
  readonly folder: string;
  /** Opens it; what is open is closed at the end of the test. */
  open(options?: Partial<StoreOptions>): Promise<Store>;
  /** Carries out SQL past the store, which must be closed where it is SQLite. */
  execute(sql: string): Promise<void>;
  /** All that is stored, as it lies there. */
  octets(): Promise<Buffer>;
}

const places: { end(): Promise<void> }[] = [];

afterEach(async () => {
  for (const place of places.splice(0)) await place.end();
});

/** A new place of the kind that the suite runs on, or of another one. */
export async function newPlace(of: 'sqlite' | 'postgres' = kind): Promise<StorePlace> {
  const folder = mkdtempSync(join(tmpdir(), 'store-test-'));
  const file = join(folder, 'gateway.db');
  const url = of === 'sqlite' ? `sqlite:${file}` : await createDatabase(server ?? '');
  const keyFile = `${file}.key`;
  const stores: Store[] = [];
  places.push({
    end: async () => {
      for (const store of stores) await store.close().catch(() => undefined);
      if (of === 'postgres') await dropDatabase(url);
      rmSync(folder, { recursive: true, force: true });
    },
  });
  return {
    ...{ url, keyFile, folder },
    open: async (options = {}) => {
      const store = await openStore({ url, key: { file: keyFile }, ...options });
      stores.push(store);
      return store;
    },
    execute: async (sql) => {
      if (of === 'postgres') {
        await ask(url, sql);
        return;
      }
      const database = new Database(file);
      database.exec(sql);
      database.close();
    },
    octets: () =>
      of === 'postgres'
        ? stored(url)
        : Promise.resolve(
            Buffer.concat(
              ['', '-wal', '-shm', '.lock']
                .map((suffix) => file + suffix)
                .filter((name) => existsSync(name))
                .map((name) => readFileSync(name)),
            ),
          ),
  };
}

/** Every column of every row. */
async function stored(url: string): Promise<Buffer> {
  const tables = await ask<{ name: string }>(
    url,
    `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'`,
  );
  const parts: Buffer[] = [];
  for (const { name } of tables) {
    for (const row of await ask(url, `SELECT * FROM "${name}"`)) {
      for (const value of Object.values(row)) {
        parts.push(Buffer.isBuffer(value) ? value : Buffer.from(String(value)));
      }
    }
  }
  return Buffer.concat(parts);
}
