import { createRequire } from 'node:module';
import type * as kysely from 'kysely';

/**
 * What the store uses of Kysely at run time, from its CommonJS build: that loads in two thirds of the time and of the memory
 * of the other build, which every start of the gateway would wait for.
 */
export const {
  Kysely,
  Migrator,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  sql,
} = createRequire(import.meta.url)('kysely') as typeof kysely;
