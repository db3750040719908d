import type { Kysely } from 'kysely';
import { Database } from './database.js';
import type { Dialect } from './dialect.js';
import { locateStore } from './dialects/index.js';
import { StoreError, wrap } from './errors.js';
import { createKeyFile, readKeyFile, STORE_KEY_LENGTH } from './files.js';
import { migrate } from './migrations/index.js';
import { stayRepository, waitingRepository } from './repositories/always-on.js';
import { founderKeyRepository } from './repositories/founder-keys.js';
import { archiveRepository } from './repositories/archive.js';
import { contactKeyRepository } from './repositories/contact-keys.js';
import { identityRepository } from './repositories/identities.js';
import { roomRecordRepository } from './repositories/room-records.js';
import { secretRepository } from './repositories/secrets.js';
import { serverKeyRepository } from './repositories/server-keys.js';
import { sessionRepository } from './repositories/sessions.js';
import { userRecordRepository } from './repositories/user-records.js';
import type { Schema } from './schema.js';
import { Sealer } from './sealer.js';
import type { Store } from './types.js';

export interface StoreOptions {
  /** E.g. `sqlite:/path/to/gateway.db`; see `locateStore`. */
  readonly url: string;
  /** File of the 32-octet key that encrypts the secrets; made on first use. Default: that of the dialect. */
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
  const location = locateStore(options.url);
  const dialect = await location.dialect();
  const lock = await dialect.lock();
  try {
    const { database, sealer } = await openDatabase(dialect, options.keyFile ?? dialect.defaultKeyFile);
    return {
      identities: identityRepository(database, sealer),
      serverKeys: serverKeyRepository(database),
      secrets: secretRepository(database, sealer),
      founderKeys: founderKeyRepository(database, sealer),
      sessions: sessionRepository(database, sealer, location.isLasting),
      archive: archiveRepository(database, sealer),
      roomRecords: roomRecordRepository(database, sealer),
      stays: stayRepository(database, sealer),
      waiting: waitingRepository(database, sealer),
      contactKeys: contactKeyRepository(database),
      userRecords: userRecordRepository(database, sealer),
      close: async () => {
        try {
          await database.close();
        } finally {
          sealer.wipe();
          await lock.release();
        }
      },
    };
  } catch (cause) {
    await lock.release();
    throw wrap(cause, `cannot open the store ${options.url}`, dialect.isDamage);
  }
}

async function openDatabase(
  dialect: Dialect,
  keyFile: string | undefined,
): Promise<{ database: Database; sealer: Sealer }> {
  const db = await dialect.open();
  try {
    await migrate(db, dialect);
    return { database: new Database(db, dialect), sealer: await unlock(db, keyFile) };
  } catch (cause) {
    await db.destroy();
    throw cause;
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
