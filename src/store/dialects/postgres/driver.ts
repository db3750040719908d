import pg from 'pg';
import type { CompiledQuery, DatabaseConnection, Driver, QueryResult } from 'kysely';
import type { Repeated } from '../../dialect.js';
import { withDeadline } from '../../../util/race.js';
import { turns } from '../../../util/turn-scheduler.js';
import { reason, StoreError } from '../../errors.js';
import { WriteTurn } from '../write-turn.js';
import { clientConfig } from './client.js';
import { translated } from './failures.js';
import type { LockSession } from './lock-session.js';
import type { PostgresSettings } from './settings.js';

/** Connections at most, one of which writes; the lock has another one. */
const CONNECTIONS = 6;
/** A connection that nobody has used for so long is closed, milliseconds. */
const IDLE_MS = 60_000;
/** What reads and is not answered yet. */
const MAX_READING = 1_000;
/** The server gives a statement up before; after this the server itself is taken for gone. */
const ANSWER_MS = 15_000;

type Query = Pick<CompiledQuery, 'sql' | 'parameters'>;
type Result = pg.QueryResult<Record<string, unknown>>;

/**
 * Kysely's driver for PostgreSQL. As with every kind of database what writes takes turns, a whole transaction as one; what only
 * reads has other connections and goes at once. No question is without a deadline.
 */
export class PostgresDriver implements Driver {
  readonly #pool: pg.Pool;
  readonly #writing = new WriteTurn();
  readonly #session: () => LockSession;
  #reading = 0;
  #patience = 0;

  /** @param session holds the lock of the store */
  constructor(settings: PostgresSettings, session: () => LockSession) {
    this.#session = session;
    this.#pool = new pg.Pool({
      ...clientConfig(settings),
      max: CONNECTIONS,
      idleTimeoutMillis: IDLE_MS,
      allowExitOnIdle: true,
    });
    // A connection that breaks while nobody waits for its answer is missed by the next who takes it, and by nobody else.
    this.#pool.on('error', () => undefined);
    this.#pool.on('connect', (client) => void client.on('error', () => undefined));
  }

  init(): Promise<void> {
    return Promise.resolve();
  }

  acquireConnection(): Promise<PostgresConnection> {
    return Promise.resolve(new PostgresConnection(this));
  }

  /** Comes after the end of every transaction, however that went. */
  releaseConnection(connection: PostgresConnection): Promise<void> {
    connection.giveBack();
    return Promise.resolve();
  }

  beginTransaction(connection: PostgresConnection): Promise<void> {
    return connection.begin();
  }

  commitTransaction(connection: PostgresConnection): Promise<void> {
    return connection.commit();
  }

  rollbackTransaction(connection: PostgresConnection): Promise<void> {
    return connection.rollback();
  }

  destroy(): Promise<void> {
    return this.#pool.end();
  }

  /** Work whose statements may take as long as they take, in transactions. */
  async patiently<T>(work: () => Promise<T>): Promise<T> {
    this.#patience++;
    try {
      return await work();
    } finally {
      this.#patience--;
    }
  }

  async read(query: Query): Promise<Result> {
    if (this.#reading >= MAX_READING) throw new StoreError('busy', 'too much waits for the database');
    this.#reading++;
    try {
      const client = await this.client();
      const result = await client.query(query).finally(() => client.giveBack());
      // Answers come together, and whoever has read does something with what is read.
      await turns.whenFree();
      return result;
    } finally {
      this.#reading--;
    }
  }

  async write(query: Query): Promise<Result> {
    const release = await this.turn();
    try {
      const client = await this.client();
      return await client.query(query).finally(() => client.giveBack());
    } finally {
      release();
    }
  }

  /** The turn to write, and what gives it back. @throws StoreError `busy` */
  turn(): Promise<() => void> {
    return this.#writing.take();
  }

  /** A connection, while this gateway has the lock. @throws StoreError `io`, `busy`, `locked` */
  async client(): Promise<Client> {
    await this.#session().held();
    try {
      return new Client(await this.#pool.connect(), () => this.#patience > 0);
    } catch (cause) {
      throw translated(cause);
    }
  }
}

/** A connection of the pool, for one who has it for a while. */
class Client {
  readonly #client: pg.PoolClient;
  readonly #isPatient: () => boolean;
  #isBroken = false;

  constructor(client: pg.PoolClient, isPatient: () => boolean) {
    this.#client = client;
    this.#isPatient = isPatient;
  }

  async begin(): Promise<void> {
    await this.query({ sql: 'BEGIN', parameters: [] });
    if (!this.#isPatient()) return;
    for (const timeout of ['statement_timeout', 'idle_in_transaction_session_timeout']) {
      await this.query({ sql: `SET LOCAL ${timeout} = 0`, parameters: [] });
    }
  }

  /** @throws where the server has rolled it back instead, which it does without an error after a statement that failed */
  async commit(): Promise<void> {
    const { command } = await this.query({ sql: 'COMMIT', parameters: [] });
    if (command !== 'COMMIT') throw new Error('the transaction was rolled back: a statement in it failed');
  }

  async rollback(): Promise<void> {
    // What is broken has no transaction any more.
    if (!this.#isBroken) await this.query({ sql: 'ROLLBACK', parameters: [] });
  }

  async query({ sql, parameters }: Query): Promise<Result> {
    const work = this.#client.query<Record<string, unknown>>(sql, [...parameters]);
    try {
      if (this.#isPatient()) return await work;
      return await withDeadline(
        work,
        ANSWER_MS,
        () => new StoreError('busy', 'the database does not answer'),
      );
    } catch (cause) {
      if (!(cause instanceof pg.DatabaseError)) this.#isBroken = true;
      throw translated(cause);
    }
  }

  giveBack(): void {
    this.#client.release(this.#isBroken);
  }
}

/** What Kysely runs one query, or one transaction, on. */
class PostgresConnection implements DatabaseConnection {
  readonly #driver: PostgresDriver;
  #transaction: { readonly client: Client; readonly release: () => void } | undefined;

  constructor(driver: PostgresDriver) {
    this.#driver = driver;
  }

  async begin(): Promise<void> {
    const release = await this.#driver.turn();
    try {
      const client = await this.#driver.client();
      this.#transaction = { client, release };
      await client.begin();
    } catch (cause) {
      if (this.#transaction === undefined) release();
      throw cause;
    }
  }

  async commit(): Promise<void> {
    await this.#transaction?.client.commit();
  }

  async rollback(): Promise<void> {
    await this.#transaction?.client.rollback();
  }

  giveBack(): void {
    const transaction = this.#transaction;
    this.#transaction = undefined;
    transaction?.client.giveBack();
    transaction?.release();
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const isRead = query.query.kind === 'SelectQueryNode' || /^\s*select\b/i.test(query.sql);
    const { command, rows, rowCount } = await (this.#transaction?.client.query(query) ??
      (isRead ? this.#driver.read(query) : this.#driver.write(query)));
    const isChange = command === 'INSERT' || command === 'UPDATE' || command === 'DELETE';
    return {
      rows: rows as R[],
      ...(isChange && { numAffectedRows: BigInt(rowCount ?? 0) }),
    };
  }

  streamQuery(): never {
    throw new StoreError('unsupported', 'rows of this database are not streamed');
  }
}

/** Statements that write, all of them or none. */
export async function writeTogether(driver: PostgresDriver, statements: readonly Repeated[]): Promise<void> {
  const release = await driver.turn();
  try {
    const client = await driver.client();
    try {
      await client.begin();
      for (const { sql, times } of statements) {
        for (const parameters of times) await client.query({ sql, parameters });
      }
      await client.commit();
    } catch (cause) {
      await client.rollback().catch((error: unknown) => {
        throw new StoreError('io', `rolling back: ${reason(error)}`, { cause });
      });
      throw cause;
    } finally {
      client.giveBack();
    }
  } finally {
    release();
  }
}
