import type { CompiledQuery, DatabaseConnection, Driver, QueryResult } from 'kysely';

import { Backoff } from '../../../util/backoff.js';
import { monotonicMs } from '../../../util/clock.js';
import { delay } from '../../../util/race.js';
import { turns } from '../../../util/turn-scheduler.js';
import { codeOf, StoreError } from '../../errors.js';
import type { Repeated } from '../../dialect.js';
import type { StorePart } from '../../monitor.js';
import { WAIT_MS, WriteTurn } from '../write-turn.js';
import { DatabaseThread } from './database-thread.js';
import type { Lane, Order, Outcome } from './protocol.js';

/** Pauses between two looks whether the lock is free. */
const RETRY = { minMs: 5, maxMs: 100, stableMs: Infinity };

/**
 * Kysely's driver for a database in a thread of its own. What only reads goes at once, whatever else waits; what writes,
 * a whole transaction as one, takes turns. The lock of another process is waited for here, between two questions to the
 * thread, so that it holds up neither the thread nor the event loop.
 */
export class ThreadDriver implements Driver {
  readonly #path: string | undefined;
  readonly #writing = new WriteTurn();
  #thread: DatabaseThread | undefined;
  /** Why nothing may be written: it would be lost. */
  readonly #faults = new Map<StorePart, string>();

  /** @param path undefined for a database in memory */
  constructor(path: string | undefined) {
    this.#path = path;
  }

  async init(): Promise<void> {
    const thread = (this.#thread = new DatabaseThread(this.#path));
    try {
      await this.#patiently({ kind: 'open' }, monotonicMs() + WAIT_MS);
    } catch (cause) {
      await thread.close();
      throw cause;
    }
  }

  acquireConnection(): Promise<ThreadConnection> {
    return Promise.resolve(new ThreadConnection(this));
  }

  /** Comes after the end of every transaction, however that went. */
  releaseConnection(connection: ThreadConnection): Promise<void> {
    connection.giveBackTurn();
    return Promise.resolve();
  }

  beginTransaction(connection: ThreadConnection): Promise<void> {
    return connection.begin();
  }

  async commitTransaction(): Promise<void> {
    await this.order({ kind: 'commit' });
  }

  async rollbackTransaction(): Promise<void> {
    await this.order({ kind: 'rollback' });
  }

  async destroy(): Promise<void> {
    await this.#thread?.close();
  }

  /** A statement by itself. @throws StoreError `busy`; what SQLite says. */
  async run(lane: Lane, query: Pick<CompiledQuery, 'sql' | 'parameters'>): Promise<Outcome> {
    const until = monotonicMs() + WAIT_MS;
    const release = lane === 'write' ? await this.turn() : undefined;
    try {
      const outcome = await this.#patiently(statement(lane, query), until);
      // Answers come together, and whoever has read does something with what is read.
      if (lane === 'read') await turns.whenFree();
      return outcome;
    } finally {
      release?.();
    }
  }

  /** Statements that write, in a transaction of their own: one journey to the thread. @throws StoreError `busy`; what SQLite says. */
  async transaction(queries: readonly Repeated[]): Promise<void> {
    const until = monotonicMs() + WAIT_MS;
    const release = await this.turn();
    try {
      const statements = packed(queries);
      await this.#patiently({ kind: 'transaction', statements }, until);
    } finally {
      release();
    }
  }

  /** Of who has the turn to write. @throws StoreError `busy`; what SQLite says. */
  order(order: Order): Promise<Outcome> {
    return this.#patiently(order, monotonicMs() + WAIT_MS);
  }

  /** Nothing is written from now on, what is stored can still be read; undefined lets everything be as ever. */
  refuseWriting(part: StorePart, fault: string | undefined): void {
    if (fault === undefined) this.#faults.delete(part);
    else this.#faults.set(part, fault);
  }

  /** The turn to write, and what gives it back. @throws StoreError `busy`, `io` */
  async turn(): Promise<() => void> {
    for (const fault of this.#faults.values()) throw new StoreError('io', fault);
    return this.#writing.take();
  }

  /** Does something with the files of the database while nobody writes. */
  async whileNobodyWrites(work: (order: (order: Order) => Promise<Outcome>) => Promise<void>): Promise<void> {
    const release = await this.#writing.take();
    try {
      await work((order) => this.order(order));
    } finally {
      release();
    }
  }

  /** Asks again while another process has the lock, each time a little later. */
  async #patiently(order: Order, until: number): Promise<Outcome> {
    const thread = this.#thread;
    if (thread === undefined) throw new StoreError('closed', 'the database is not open');
    let pauses: Backoff | undefined;
    for (;;) {
      try {
        return await thread.ask(order);
      } catch (cause) {
        if (!codeOf(cause).startsWith('SQLITE_BUSY')) throw cause;
        if (monotonicMs() >= until) {
          throw new StoreError('busy', 'another process has locked the database', { cause });
        }
      }
      pauses ??= new Backoff(RETRY);
      await delay(pauses.next());
    }
  }
}

/** What Kysely runs one query, or one transaction, on. */
class ThreadConnection implements DatabaseConnection {
  readonly #driver: ThreadDriver;
  #release: (() => void) | undefined;

  constructor(driver: ThreadDriver) {
    this.#driver = driver;
  }

  /** Takes the turn and the lock at once: afterwards no statement of the transaction finds the database locked. */
  async begin(): Promise<void> {
    const release = await this.#driver.turn();
    try {
      await this.#driver.order({ kind: 'begin' });
    } catch (cause) {
      release();
      throw cause;
    }
    this.#release = release;
  }

  giveBackTurn(): void {
    this.#release?.();
    this.#release = undefined;
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const isRead = query.query.kind === 'SelectQueryNode' || /^\s*select\b/i.test(query.sql);
    const { rows, changes } = await (this.#release === undefined
      ? this.#driver.run(isRead ? 'read' : 'write', query)
      : this.#driver.order(statement('write', query)));
    return {
      rows: rows as R[],
      ...(changes !== undefined && { numAffectedRows: BigInt(changes) }),
    };
  }

  streamQuery(): never {
    throw new StoreError('unsupported', 'rows of this database are not streamed');
  }
}

function statement(lane: Lane, { sql, parameters }: Pick<CompiledQuery, 'sql' | 'parameters'>): Order {
  return { kind: 'run', lane, sql, parameters: parameters.map(own) };
}

/** The same with all octets in one piece of memory of its own: to clone many small ones takes longer than to store them. */
function packed(statements: readonly Repeated[]): readonly Repeated[] {
  let length = 0;
  for (const { times } of statements)
    for (const values of times)
      for (const value of values) if (value instanceof Uint8Array) length += value.length;
  const memory = new Uint8Array(length);
  let end = 0;
  const moved = (value: unknown): unknown => {
    if (!(value instanceof Uint8Array)) return value;
    memory.set(value, end);
    return memory.subarray(end, (end += value.length));
  };
  return statements.map(({ sql, times }) => ({ sql, times: times.map((values) => values.map(moved)) }));
}

/** Octets may be part of something larger, which is not for the thread. */
function own(value: unknown): unknown {
  return value instanceof Uint8Array ? new Uint8Array(value) : value;
}
