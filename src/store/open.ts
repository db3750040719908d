import type { Kysely } from 'kysely';

import { openDatabase } from './database.js';
import { StoreError, wrap } from './errors.js';
import { createKeyFile, preparePrivateFile, readKeyFile, STORE_KEY_LENGTH } from './files.js';
import { parseStoreUrl } from './location.js';
import type { StoreLock } from './lock.js';
import { lockStore } from './lock.js';
import { migrate } from './migrations.js';
import { Sealer } from './sealer.js';
import type { Schema } from './schema.js';
import { SqliteStore } from './sqlite-store.js';
import type { Store } from './types.js';

export interface StoreOptions {
  /** `sqlite:/path/to/gateway.db`, or `sqlite::memory:` for a store that ends with the process. */
  readonly url: string;
  /** File of the 32-octet key that encrypts the secrets; made on first use. Default: the database path with `.key`. */
  readonly keyFile?: string;
}

/** The value sealed under `meta.key_check`: it opens only with the key the store was written with. */
const keyCheckPlace = ['meta', 'value', 'key-check'];
const keyCheckText = 'silc-xmpp-gateway';

/**
 * Opens the store, making database and key file where there are none (both mode 0600) and migrating an older schema.
 * @throws StoreError `unsupported`, `locked`, `key-file`, `wrong-key`, `schema`, `corrupt`, `io`.
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  const named = parseStoreUrl(options.url).path;
  const path = named === undefined ? undefined : preparePrivateFile(named);
  const keyFile = options.keyFile ?? (path === undefined ? undefined : `${path}.key`);
  const lock: StoreLock = path === undefined ? { release: () => undefined } : lockStore(path);
  try {
    const db = openDatabase(path);
    try {
      await migrate(db);
      return new SqliteStore(db, await unlock(db, keyFile), lock);
    } catch (cause) {
      await db.destroy();
      throw cause;
    }
  } catch (cause) {
    lock.release();
    throw wrap(cause, `cannot open the store ${options.url}`);
  }
}

/** The sealer of this database, its key checked against what the database was written with. */
async function unlock(db: Kysely<Schema>, keyFile: string | undefined): Promise<Sealer> {
  const check = await db
    .selectFrom('meta')
    .select('value')
    .where('name', '=', 'key-check')
    .executeTakeFirst();
  const found = keyFile === undefined ? undefined : readKeyFile(keyFile);
  // A new key beside old secrets would lock them away for good while everything seems to work.
  if (check !== undefined && found === undefined) {
    throw new StoreError(
      'key-file',
      `key file ${String(keyFile)} is missing: the store needs the key it was written with`,
    );
  }
  const key = found ?? (keyFile === undefined ? randomKey() : createKeyFile(keyFile));
  const sealer = new Sealer(key);
  key.fill(0);
  if (check === undefined) {
    const value = sealer.seal(new TextEncoder().encode(keyCheckText), keyCheckPlace);
    await db.insertInto('meta').values({ name: 'key-check', value }).execute();
  } else {
    try {
      sealer.open(check.value, keyCheckPlace);
    } catch (cause) {
      throw new StoreError(
        'wrong-key',
        `key file ${String(keyFile)} is not the one this store was written with`,
        {
          cause,
        },
      );
    }
  }
  return sealer;
}

function randomKey(): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(STORE_KEY_LENGTH));
}
