import type { Kysely } from 'kysely';
import { sql } from './kysely.js';
import type { Schema } from './schema.js';
import { tables } from './tables.js';

/** Rows that are in memory at the same time: one may hold a picture. */
const PORTION = 50;

/** A row of whichever table. */
export type Row = Readonly<Record<string, unknown>>;

/** All rows of a table in the order of its key, a portion at a time. */
export async function* portionsOf(db: Kysely<Schema>, table: keyof Schema): AsyncGenerator<readonly Row[]> {
  const key = tables[table].key.map((column) => sql.ref(column));
  const columns = sql.join(key);
  let after: readonly unknown[] | undefined;
  for (;;) {
    const from = after === undefined ? sql`` : sql`WHERE (${columns}) > (${sql.join(after)})`;
    const { rows } = await sql<Row>`
      SELECT * FROM ${sql.table(table)} ${from} ORDER BY ${columns} LIMIT ${sql.lit(PORTION)}`.execute(db);
    const last = rows.at(-1);
    if (last === undefined) return;
    yield rows;
    if (rows.length < PORTION) return;
    after = tables[table].key.map((column) => last[column]);
  }
}

/** How many rows a table has. */
export async function countOf(db: Kysely<Schema>, table: keyof Schema): Promise<number> {
  const { rows } = await sql<{ count: number | string }>`
    SELECT count(*) AS count FROM ${sql.table(table)}`.execute(db);
  return Number(rows[0]?.count);
}
