import { createHash } from 'node:crypto';
import type { Kysely } from 'kysely';
import { StoreError, wrap } from './errors.js';
import type { StoreKey } from './key-source.js';
import { countOf, portionsOf, type Row } from './rows.js';
import type { Schema } from './schema.js';
import { tableNames } from './tables.js';
import { openPlace, unlock, type OpenPlace, type StoreOptions } from './vault.js';

/** How many rows of each table were copied. */
export type Copied = Readonly<Record<keyof Schema, number>>;

/**
 * Copies everything from one store to another, which must be empty, whatever kinds they are. What is sealed stays as it is: the
 * copy has the key of the original. All in one transaction, and compared afterwards.
 * @param key of the original, and of the copy from now on
 * @throws StoreError
 */
export async function copyStore(from: StoreOptions, to: StoreOptions, key: StoreKey): Promise<Copied> {
  const source = await openPlace(from);
  try {
    const target = await openPlace(to, 'anything');
    try {
      if (!(await isBegun(source.db))) {
        throw new StoreError('unsupported', `there is no store at ${source.location.name}`);
      }
      (await unlock(source, key)).fill(0);
      await refuseUnlessEmpty(target);
      await source.dialect.patiently(() =>
        target.dialect.patiently(() =>
          target.db.transaction().execute(async (transaction) => {
            for (const table of tableNames) await copyTable(source.db, transaction, table);
          }),
        ),
      );
      const copied = await compared(source, target);
      (await unlock(target, key)).fill(0);
      return copied;
    } finally {
      await target.close();
    }
  } catch (cause) {
    throw wrap(cause, 'copying the store', source.dialect.isDamage);
  } finally {
    await source.close();
  }
}

async function isBegun(db: Kysely<Schema>): Promise<boolean> {
  return (await countOf(db, 'meta')) > 0;
}

async function refuseUnlessEmpty({ db, location }: OpenPlace): Promise<void> {
  for (const table of tableNames) {
    if ((await countOf(db, table)) === 0) continue;
    throw new StoreError('unsupported', `the store ${location.name} is not empty: nothing was copied`);
  }
}

async function copyTable(from: Kysely<Schema>, to: Kysely<Schema>, table: keyof Schema): Promise<void> {
  for await (const rows of portionsOf(from, table)) {
    await to.insertInto(table).values(rows).execute();
  }
}

/** @throws StoreError when the copy does not hold just what the original holds */
async function compared(source: OpenPlace, target: OpenPlace): Promise<Copied> {
  const entries: [keyof Schema, number][] = [];
  for (const table of tableNames) {
    const [original, copy] = [await summaryOf(source.db, table), await summaryOf(target.db, table)];
    if (original.rows !== copy.rows || !original.digest.equals(copy.digest)) {
      throw new StoreError(
        'io',
        `the copy of ${table} is not like the original (${copy.rows} rows of ${original.rows}): do not use it`,
      );
    }
    entries.push([table, copy.rows]);
  }
  return Object.fromEntries(entries) as Copied;
}

/** Rows of a table and a digest of them all, whatever order a database has them in. */
async function summaryOf(db: Kysely<Schema>, table: keyof Schema): Promise<{ rows: number; digest: Buffer }> {
  const digest = Buffer.alloc(32);
  let count = 0;
  for await (const rows of portionsOf(db, table)) {
    count += rows.length;
    for (const row of rows) {
      const one = createHash('sha256').update(encoded(row)).digest();
      for (const [index, octet] of one.entries()) digest[index] = (digest[index] ?? 0) ^ octet;
    }
  }
  return { rows: count, digest };
}

function encoded(row: Row): string {
  const names = Object.keys(row).sort();
  return JSON.stringify(
    names.map((name) => {
      const value = row[name];
      return [name, value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value];
    }),
  );
}
