import type {
  DatabaseIntrospector,
  Dialect as KyselyDialect,
  DialectAdapter,
  Driver,
  Kysely as Db,
  QueryCompiler,
} from 'kysely';
import type { Dialect } from '../../dialect.js';
import { StoreError, wrap } from '../../errors.js';
import { Kysely, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler, sql } from '../../kysely.js';
import type { StoreMonitor } from '../../monitor.js';
import type { Schema } from '../../schema.js';
import { PostgresDriver, writeTogether } from './driver.js';
import { isDamage } from './failures.js';
import { LockSession } from './lock-session.js';
import { nameOf, type PostgresSettings } from './settings.js';

class PooledDialect implements KyselyDialect {
  readonly #driver: PostgresDriver;

  constructor(driver: PostgresDriver) {
    this.#driver = driver;
  }

  createDriver(): Driver {
    return this.#driver;
  }

  createQueryCompiler(): QueryCompiler {
    return new PostgresQueryCompiler();
  }

  /** Its migrations take an advisory lock and are one transaction. */
  createAdapter(): DialectAdapter {
    return new PostgresAdapter();
  }

  createIntrospector(db: Db<unknown>): DatabaseIntrospector {
    return new PostgresIntrospector(db);
  }
}

/** A store in a PostgreSQL database of its own, which is there already. */
export function createPostgresDialect(settings: PostgresSettings, monitor: StoreMonitor): Dialect {
  let session: LockSession | undefined;
  const driver = new PostgresDriver(settings, () => {
    if (session === undefined) throw new StoreError('closed', 'the store is not locked by this gateway');
    return session;
  });
  return {
    schema: { octets: 'bytea', milliseconds: 'bigint', end: { smallRows: sql``, largeRows: sql`` } },
    defaultKeyFile: undefined,
    lock: async () => (session = await LockSession.take(settings, monitor)),
    open: async () => {
      const db = new Kysely<Schema>({ dialect: new PooledDialect(driver) });
      try {
        await sql`SELECT 1`.execute(db);
        return db;
      } catch (cause) {
        await db.destroy();
        throw wrap(cause, `cannot open ${nameOf(settings)}`, isDamage);
      }
    },
    close: (db) => db.destroy(),
    writeAll: (statements) => writeTogether(driver, statements),
    insertsSingly: false,
    patiently: (work) => driver.patiently(work),
    isDamage,
  };
}
