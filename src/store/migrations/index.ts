import type { Kysely, Migration } from 'kysely';
import type { Dialect, SchemaDialect } from '../dialect.js';
import { Migrator } from '../kysely.js';
import { reason, StoreError, wrap } from '../errors.js';
import type { Schema } from '../schema.js';
import { identities } from './0001-identities.js';
import { founderKeys } from './0002-founder-keys.js';

/** All migrations in order. A published one is never changed: what comes later is a further entry. */
function migrations(dialect: SchemaDialect): Record<string, Migration> {
  return { '0001-identities': identities(dialect), '0002-founder-keys': founderKeys(dialect) };
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
  const { error, results } = await new Migrator({ db, provider }).migrateToLatest();
  if (error === undefined) return;
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
