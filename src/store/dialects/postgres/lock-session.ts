import pg from 'pg';
import { Backoff } from '../../../util/backoff.js';
import { Deferred } from '../../../util/deferred.js';
import { delay, withDeadline } from '../../../util/race.js';
import { reason, StoreError, wrap } from '../../errors.js';
import type { StoreMonitor } from '../../monitor.js';
import { WAIT_MS } from '../write-turn.js';
import { clientConfig, SELF } from './client.js';
import { nameOf, type PostgresSettings } from './settings.js';

/** Key of the advisory lock: one gateway a database. */
const LOCK = 0x51_1c_6a_7e;
const RETRY = { minMs: 100, maxMs: 5_000, stableMs: 60_000 };
/** The session of a process that was killed this moment is there a little longer. */
const CLAIMS = 20;
const CLAIM_MS = 100;
/** Answers of a server to what is asked here are short work. */
const ANSWER_MS = 5_000;

/**
 * Holds the lock of a store in a session of its own, so that two gateways never share one. The lock ends with the session. When
 * that is lost the server is tried again, with longer and longer pauses, and nothing is asked of the database before the lock is
 * held again: in between somebody else may have taken it.
 */
export class LockSession {
  readonly #settings: PostgresSettings;
  readonly #monitor: StoreMonitor;
  /** Tells this process' own former sessions from those of others. */
  readonly #self = `${SELF.slice(0, 54)} ${Math.trunc(Math.random() * 0xffff_ffff).toString(16)}`;
  readonly #ended = new AbortController();
  readonly #backoff = new Backoff(RETRY);
  #client: pg.Client | undefined;
  /** Settles when the lock is held again. */
  #back: Deferred | undefined;
  #taken: StoreError | undefined;
  #lost = '';

  private constructor(settings: PostgresSettings, monitor: StoreMonitor) {
    this.#settings = settings;
    this.#monitor = monitor;
  }

  /** @throws StoreError `locked` naming the other gateway, `io`, `unsupported` */
  static async take(settings: PostgresSettings, monitor: StoreMonitor): Promise<LockSession> {
    const session = new LockSession(settings, monitor);
    try {
      await session.#take();
    } catch (cause) {
      throw wrap(cause, `cannot use ${nameOf(settings)}`);
    }
    return session;
  }

  /** Resolves when the lock is held: mostly at once. @throws StoreError `io` when the server is away for longer, `locked` */
  async held(): Promise<void> {
    if (this.#ended.signal.aborted) throw new StoreError('closed', 'the lock of the store is given up');
    if (this.#taken !== undefined) throw this.#taken;
    if (this.#back === undefined) return;
    await withDeadline(
      this.#back.promise,
      WAIT_MS,
      () => new StoreError('io', `the database is away: ${this.#lost}`),
    );
  }

  async release(): Promise<void> {
    if (this.#ended.signal.aborted) return;
    this.#ended.abort(new StoreError('closed', 'the lock of the store is given up'));
    await this.#client?.end().catch(() => undefined);
  }

  async #take(): Promise<void> {
    const client = new pg.Client({ ...clientConfig(this.#settings), application_name: this.#self });
    client.on('error', (error) => this.#onEnd(client, reason(error)));
    client.on('end', () => this.#onEnd(client, 'the connection ended'));
    try {
      await withDeadline(client.connect(), ANSWER_MS, () => new Error('the server does not answer'));
      await withDeadline(this.#claim(client), ANSWER_MS, () => new Error('the server does not answer'));
      if (this.#ended.signal.aborted) throw new StoreError('closed', 'the lock of the store is given up');
    } catch (cause) {
      client.end().catch(() => undefined);
      throw cause;
    }
    this.#client = client;
  }

  async #claim(client: pg.Client): Promise<void> {
    const setup = await client.query<{ server_encoding: string }>('SHOW server_encoding');
    if (setup.rows[0]?.server_encoding !== 'UTF8') {
      throw new StoreError('unsupported', 'the encoding of the database must be UTF8');
    }
    for (let tries = 0; tries < CLAIMS; tries++) {
      if (tries > 0) await delay(CLAIM_MS, this.#ended.signal);
      const { rows } = await client.query<{ held: boolean }>('SELECT pg_try_advisory_lock($1) AS held', [
        LOCK,
      ]);
      if (rows[0]?.held === true) return;
      // A session of this very process that the server has not missed yet.
      await client.query(
        `SELECT pg_terminate_backend(pid, 1000) FROM pg_stat_activity
         WHERE application_name = $1 AND pid <> pg_backend_pid()`,
        [this.#self],
      );
    }
    throw new StoreError(
      'locked',
      `another gateway (${(await holderOf(client)) ?? 'just starting'}) uses the store ${nameOf(this.#settings)}: stop it, or give this one a database of its own`,
    );
  }

  #onEnd(client: pg.Client, why: string): void {
    if (client !== this.#client || this.#ended.signal.aborted) return;
    this.#client = undefined;
    this.#lost = why;
    this.#back = new Deferred();
    this.#monitor.fails('lock', `the database is away: ${why}`);
    void this.#retake();
  }

  #isReleased(): boolean {
    return this.#ended.signal.aborted;
  }

  async #retake(): Promise<void> {
    while (!this.#isReleased()) {
      try {
        await delay(this.#backoff.next(), this.#ended.signal);
        await this.#take();
        this.#taken = undefined;
        this.#back?.resolve();
        this.#back = undefined;
        this.#monitor.works('lock');
        return;
      } catch (cause) {
        if (this.#isReleased()) break;
        this.#lost = reason(cause);
        this.#taken = cause instanceof StoreError && cause.code === 'locked' ? cause : undefined;
        if (this.#taken !== undefined) this.#back?.reject(this.#taken);
        this.#monitor.fails('lock', this.#taken?.message ?? `the database is away: ${this.#lost}`);
      }
    }
    this.#back?.reject(new StoreError('closed', 'the lock of the store is given up'));
  }
}

/** How the gateway that holds the lock calls itself; undefined where none does. */
export async function holderOf(client: pg.Client): Promise<string | undefined> {
  const { rows } = await client.query<{ name: string | null }>(
    `SELECT application_name AS name FROM pg_locks JOIN pg_stat_activity USING (pid)
     WHERE locktype = 'advisory' AND granted AND objsubid = 1 AND classid = 0 AND objid = $1
       AND pg_locks.database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
    [LOCK],
  );
  const [row] = rows;
  return row === undefined ? undefined : row.name || 'just starting';
}
