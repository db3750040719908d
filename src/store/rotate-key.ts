import type { Kysely } from 'kysely';
import { StoreError } from './errors.js';
import { beginRotation, finishRotation } from './key-rotation-files.js';
import { nameOfKey, readStoreKey, type StoreKey } from './key-source.js';
import { sql } from './kysely.js';
import { portionsOf, type Row } from './rows.js';
import type { Schema } from './schema.js';
import { Sealer } from './sealer.js';
import { tableNames, tables } from './tables.js';
import { keyOf, openPlace, unlock, type StoreOptions } from './vault.js';

/** What a rotation has done. */
export interface Rotation {
  /** Values that were sealed anew. */
  readonly sealed: number;
  /** Values that the old key did not open either: they are as they were. */
  readonly damaged: number;
  /** Where the key before is, for backups that were made before. */
  readonly oldKeyFile: string | undefined;
}

type Octets = Readonly<Record<string, 'clear' | ((row: Row) => readonly string[] | undefined)>>;

/**
 * Seals everything in a store that nobody uses with another key, in one transaction: however the process ends, all of it is sealed
 * with the old key or all with the new one.
 * @param to the new key; undefined: a new one, in the place of the key file
 * @throws StoreError
 */
export async function rotateKey(options: StoreOptions, to: StoreKey | undefined): Promise<Rotation> {
  const place = await openPlace(options);
  try {
    const from = keyOf(place, options.key);
    if (from === undefined) throw new StoreError('unsupported', 'a store in memory has no key to rotate');
    const before = await unlock(place, from);
    const after = to === undefined ? newKeyBeside(from) : given(to);
    if (Buffer.from(after).equals(before)) {
      throw new StoreError('key-file', 'the new key is the one that the store has already');
    }
    const [old, fresh] = [new Sealer(before), new Sealer(after)];
    before.fill(0);
    after.fill(0);
    try {
      const { db, dialect } = place;
      const counts = await dialect.patiently(() =>
        db.transaction().execute((transaction) => sealAnew(transaction, old, fresh)),
      );
      return { ...counts, oldKeyFile: to === undefined ? finishRotation(from) : undefined };
    } finally {
      old.wipe();
      fresh.wipe();
    }
  } finally {
    await place.close();
  }
}

function newKeyBeside(from: StoreKey): Uint8Array {
  if ('file' in from) return beginRotation(from.file);
  throw new StoreError('key-file', `${nameOfKey(from)} is not the gateway's to replace: name the new key`);
}

function given(to: StoreKey): Uint8Array {
  const key = readStoreKey(to);
  if (key === undefined) throw new StoreError('key-file', `${nameOfKey(to)} is missing`);
  return key;
}

async function sealAnew(
  db: Kysely<Schema>,
  old: Sealer,
  fresh: Sealer,
): Promise<Pick<Rotation, 'sealed' | 'damaged'>> {
  let [sealed, damaged] = [0, 0];
  for (const table of tableNames) {
    const octets = tables[table].octets as Octets;
    if (!Object.values(octets).some((place) => place !== 'clear')) continue;
    for await (const rows of portionsOf(db, table)) {
      for (const row of rows) {
        const changes = Object.entries(octets).flatMap(([column, where]) => {
          const value = row[column];
          const place = where === 'clear' ? undefined : where(row);
          if (place === undefined || !(value instanceof Uint8Array)) return [];
          const anew = resealed(old, fresh, value, place);
          if (anew === undefined) damaged++;
          return anew === undefined ? [] : [sql`${sql.ref(column)} = ${anew}`];
        });
        if (changes.length === 0) continue;
        sealed += changes.length;
        const key = tables[table].key.map((column) => sql`${sql.ref(column)} = ${row[column]}`);
        await sql`UPDATE ${sql.table(table)} SET ${sql.join(changes)} WHERE ${sql.join(key, sql` AND `)}`.execute(
          db,
        );
      }
    }
  }
  return { sealed, damaged };
}

/** Undefined for what does not open: it is nobody's any more, and must not keep all others under the old key. */
function resealed(
  old: Sealer,
  fresh: Sealer,
  value: Uint8Array,
  place: readonly string[],
): Uint8Array | undefined {
  const clear = old.openIfWhole(value, place);
  if (clear === undefined) return undefined;
  const anew = fresh.seal(clear, place);
  clear.fill(0);
  return anew;
}
