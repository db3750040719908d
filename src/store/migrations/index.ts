import type * as kysely from 'kysely';
import type { Kysely, Migration } from 'kysely';
import type { Dialect, SchemaDialect } from '../dialect.js';
import { Migrator, sql } from '../kysely.js';
import { reason, StoreError, wrap } from '../errors.js';
import type { Schema } from '../schema.js';
import { identities } from './0001-identities.js';
import { founderKeys } from './0002-founder-keys.js';
import { sessions } from './0003-sessions.js';
import { archive } from './0004-archive.js';
import { roomRecords } from './0005-room-records.js';
import { alwaysOn } from './0006-always-on.js';
import { contacts } from './0009-contacts.js';
import { archiveAuthors } from './0007-archive-authors.js';
import { userRecords } from './0008-user-records.js';

/** All migrations in order. A published one is never changed: what comes later is a further entry. */
export function migrations(dialect: SchemaDialect): Record<string, Migration> {
  return {
    '0001-identities': identities(dialect),
    '0002-founder-keys': founderKeys(dialect),
    '0003-sessions': sessions(dialect),
    '0004-archive': archive(dialect),
    '0005-room-records': roomRecords(dialect),
    '0006-always-on': alwaysOn(dialect),
    '0007-archive-authors': archiveAuthors(),
    '0008-user-records': userRecords(dialect),
    '0009-contacts': contacts(dialect),
  };
}

/**
 * Brings the database to the newest schema, all in one transaction.
 * @throws StoreError `schema` when a migration fails, or the database holds one that this version does not know;
 * `corrupt` when what is stored is damaged.
 */
export async function migrate(
  db: Kysely<Schema>,
  { schema, isDamage }: Pick<Dialect, 'schema' | 'isDamage'>,
  all = migrations(schema),
): Promise<void> {
  const provider = { getMigrations: () => Promise.resolve(all) };
  const migrator = new Migrator({ db, provider });
  if (await isUpToDate(db, migrator)) return;
  const { error, results } = await migrator.migrateToLatest();
  if (error === undefined) return;
  if (error instanceof StoreError) throw error;
  if (isDamage(error)) throw wrap(error, 'cannot read the schema of the database', isDamage);
  const failed = results?.find((result) => result.status === 'Error')?.migrationName;
  throw new StoreError(
    'schema',
    failed === undefined
      ? `the database does not fit this version: ${reason(error)}`
      : `migration ${failed} failed: ${reason(error)}`,
    { cause: error },
  );
}

/** Whether a database has never been one of a store. */
export async function isBlank(db: Kysely<Schema>): Promise<boolean> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true });
  return tables.length === 0;
}

/** Whether exactly these migrations have run: then nothing has to be written, and a database that is locked can be read. */
async function isUpToDate(db: Kysely<Schema>, migrator: kysely.Migrator): Promise<boolean> {
  try {
    const known = await migrator.getMigrations();
    const { rows } = await sql<{ name: string }>`SELECT name FROM kysely_migration`.execute(db);
    return known.length === rows.length && known.every(({ executedAt }) => executedAt !== undefined);
  } catch {
    // A new database, or one that is not readable: migrating tells.
    return false;
  }
}
