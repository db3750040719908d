import type { Kysely, Migration, MigrationProvider } from 'kysely';
import { Migrator, sql } from 'kysely';

import { isDamage, reason, StoreError, wrap } from './errors.js';
import type { Schema } from './schema.js';

/** All migrations in order. A published one is never changed: what comes later is a further entry. */
const migrations: Readonly<Record<string, Migration>> = {
  '0001-identities': {
    async up(db: Kysely<unknown>): Promise<void> {
      await sql`CREATE TABLE meta (
        name TEXT PRIMARY KEY,
        value BLOB NOT NULL
      ) STRICT, WITHOUT ROWID`.execute(db);
      await sql`CREATE TABLE identity (
        user TEXT PRIMARY KEY,
        public_key BLOB NOT NULL,
        private_key BLOB NOT NULL,
        created_at INTEGER NOT NULL
      ) STRICT`.execute(db);
      await sql`CREATE TABLE server_key (
        network TEXT NOT NULL,
        server TEXT NOT NULL,
        fingerprint TEXT NOT NULL,
        first_seen INTEGER NOT NULL,
        PRIMARY KEY (network, server)
      ) STRICT, WITHOUT ROWID`.execute(db);
      await sql`CREATE TABLE gateway_secret (
        name TEXT PRIMARY KEY,
        value BLOB NOT NULL,
        created_at INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID`.execute(db);
    },
  },
};

const builtIn: MigrationProvider = { getMigrations: () => Promise.resolve({ ...migrations }) };

/**
 * Brings the database to the newest schema, all in one transaction.
 * @throws StoreError `schema` when a migration fails, or the database holds one that this version does not know;
 * `corrupt` when the file is damaged.
 */
export async function migrate(db: Kysely<Schema>, provider: MigrationProvider = builtIn): Promise<void> {
  const { error, results } = await new Migrator({ db, provider }).migrateToLatest();
  if (error === undefined) return;
  if (isDamage(error)) throw wrap(error, 'cannot read the schema of the database');
  const failed = results?.find((result) => result.status === 'Error')?.migrationName;
  throw new StoreError(
    'schema',
    failed === undefined
      ? `the database does not fit this version: ${reason(error)}`
      : `migration ${failed} failed: ${reason(error)}`,
    { cause: error },
  );
}
