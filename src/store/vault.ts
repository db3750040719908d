import { existsSync } from 'node:fs';
import type { Kysely } from 'kysely';
import type { Dialect, StoreLocation, StoreLock } from './dialect.js';
import { locateStore } from './dialects/index.js';
import { StoreError, wrap } from './errors.js';
import { STORE_KEY_LENGTH } from './files.js';
import { createStoreKey, nameOfKey, readStoreKey, type StoreKey } from './key-source.js';
import { finishRotation, nextKeyOf } from './key-rotation-files.js';
import { isBlank, migrate } from './migrations/index.js';
import { StoreMonitor, type StoreLog } from './monitor.js';
import type { Schema } from './schema.js';
import { Sealer } from './sealer.js';

export interface StoreOptions {
  /** E.g. `sqlite:/path/to/gateway.db`; see `locateStore`. */
  readonly url: string;
  /** For the login at a database server; goes before the one of the URL. */
  readonly password?: string | undefined;
  /** Encrypts the secrets. Default: the key file that belongs to the place, where there is one. */
  readonly key?: StoreKey | undefined;
  readonly log?: StoreLog | undefined;
}

/** A store that is locked for this process and has the newest schema. */
export interface OpenPlace {
  readonly location: StoreLocation;
  readonly dialect: Dialect;
  readonly db: Kysely<Schema>;
  readonly monitor: StoreMonitor;
  close(): Promise<void>;
}

/** The value sealed under `meta.key_check`: it opens only with the key the store was written with. */
export const KEY_CHECK = 'key-check';
export const keyCheckPlace = ['meta', 'value', KEY_CHECK];
const keyCheckText = 'silc-xmpp-gateway';

/**
 * Opens the database of a store, making it where there is none and migrating an older schema.
 * @throws StoreError `unsupported`, `locked`, `schema`, `corrupt`, `io`.
 */
export async function openPlace(
  options: StoreOptions,
  expected: 'store' | 'anything' = 'store',
): Promise<OpenPlace> {
  const location = locateStore(options.url);
  const monitor = new StoreMonitor(options.log);
  const dialect = await location.dialect({ password: options.password, monitor });
  const lock = await dialect.lock();
  try {
    const db = await dialect.open();
    try {
      if (expected === 'store') await refuseLost(db, dialect, location, options.key);
      await dialect.patiently(() => migrate(db, dialect));
    } catch (cause) {
      await dialect.close(db).catch(() => undefined);
      throw cause;
    }
    return { location, dialect, db, monitor, close: () => closePlace(dialect, db, lock) };
  } catch (cause) {
    await lock.release();
    throw wrap(cause, `cannot open the store ${location.name}`, dialect.isDamage);
  }
}

/**
 * The gateway has made that key file with the database: it would make new keys for everybody, and nobody would notice.
 * @throws StoreError `corrupt` where the database is gone
 */
async function refuseLost(
  db: Kysely<Schema>,
  { defaultKeyFile }: Dialect,
  { name }: StoreLocation,
  key: StoreKey | undefined,
): Promise<void> {
  const file = key === undefined ? defaultKeyFile : 'file' in key ? key.file : undefined;
  if (file === undefined || file !== defaultKeyFile || !existsSync(file) || !(await isBlank(db))) return;
  throw new StoreError(
    'corrupt',
    `the database of ${name} is gone, and its key file ${file} is there: put the database back, or remove the key file to begin anew`,
  );
}

async function closePlace(dialect: Dialect, db: Kysely<Schema>, lock: StoreLock): Promise<void> {
  try {
    await dialect.close(db);
  } finally {
    await lock.release();
  }
}

/** Where the key of a store is; undefined for one that ends with the process, as the store does. @throws StoreError `key-file` */
export function keyOf({ location, dialect }: OpenPlace, key: StoreKey | undefined): StoreKey | undefined {
  if (key !== undefined) return key;
  if (dialect.defaultKeyFile !== undefined) return { file: dialect.defaultKeyFile };
  if (!location.isLasting) return undefined;
  throw new StoreError('key-file', `the store ${location.name} needs a key file that is named`);
}

/** The key of a store, checked against what the store was written with; a new one where nothing was written yet. @throws StoreError */
export async function unlock(place: OpenPlace, source: StoreKey | undefined): Promise<Uint8Array> {
  const check = await keyCheckOf(place.db);
  if (source === undefined) return check === undefined ? begin(place, randomKey()) : noKey('the key');
  const found = readStoreKey(source);
  if (check === undefined) {
    if (found !== undefined) {
      place.monitor.mended(
        `the store ${place.location.name} is empty, and ${nameOfKey(source)} is there: begun anew`,
      );
    }
    return begin(place, found ?? createStoreKey(source));
  }
  if (found !== undefined && fits(found, check)) return found;
  // The process ended between the last two steps of a rotation: what is stored has the new key already.
  const next = nextKeyOf(source);
  if (next !== undefined && fits(next, check)) {
    finishRotation(source);
    place.monitor.mended(
      `${nameOfKey(source)} was rotated by a process that ended before the last step: it is finished`,
    );
    return next;
  }
  // A new key beside old secrets would lock them away for good while everything seems to work.
  if (found === undefined) return noKey(nameOfKey(source));
  throw new StoreError('wrong-key', `${nameOfKey(source)} is not the one this store was written with`);
}

function noKey(name: string): never {
  throw new StoreError('key-file', `${name} is missing: the store needs the key it was written with`);
}

/** What is stored to tell the right key. */
export function sealKeyCheck(sealer: Sealer): Uint8Array {
  return sealer.seal(new TextEncoder().encode(keyCheckText), keyCheckPlace);
}

async function keyCheckOf(db: Kysely<Schema>): Promise<Uint8Array | undefined> {
  const row = await db.selectFrom('meta').select('value').where('name', '=', KEY_CHECK).executeTakeFirst();
  return row?.value;
}

async function begin({ db }: OpenPlace, key: Uint8Array): Promise<Uint8Array> {
  for (const table of ['identity', 'gateway_secret'] as const) {
    const row = await db.selectFrom(table).select('created_at').limit(1).executeTakeFirst();
    if (row === undefined) continue;
    throw new StoreError(
      'corrupt',
      'the store has secrets, and nothing that tells their key: restore a backup',
    );
  }
  const sealer = new Sealer(key);
  await db
    .insertInto('meta')
    .values({ name: KEY_CHECK, value: sealKeyCheck(sealer) })
    .execute();
  sealer.wipe();
  return key;
}

/** Whether what was written to tell the right key opens with this one. */
export function fits(key: Uint8Array, check: Uint8Array): boolean {
  const sealer = new Sealer(key);
  try {
    sealer.open(check, keyCheckPlace);
    return true;
  } catch {
    return false;
  } finally {
    sealer.wipe();
  }
}

function randomKey(): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(STORE_KEY_LENGTH));
}
