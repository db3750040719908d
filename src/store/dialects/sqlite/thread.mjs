// @ts-check
import { parentPort, workerData } from 'node:worker_threads';
import Database from 'libsql';

/**
 * The thread of a database: carries out one statement after the other. It waits for nobody: a database that somebody
 * else has locked is an answer (SQLITE_BUSY), and whoever asked asks again. Plain JavaScript, since a thread is started
 * from its file, and must be the same file in a checkout and in the package.
 *
 * @import { Answer, Lane, Outcome, Request, Statement, ThreadData, Transaction } from './protocol.js'
 */

/** @type {unknown} */
const given = workerData;
const data = /** @type {ThreadData} */ (given);

/** @type {Readonly<Record<Lane, Database.Database>> | undefined} */
let lanes;

/**
 * Of what writes, KiB. The ids of lines are spread over their whole index: with the 2 MiB that SQLite has by default a tenth of the
 * time that a line takes is for pages that were there a moment ago.
 */
const WRITE_CACHE = 8_000;

/** @returns {Database.Database} */
function connect() {
  const database = new Database(data.path ?? ':memory:');
  try {
    database.pragma('busy_timeout = 0');
    database.pragma('journal_mode = WAL');
    // Identities are made once and kept for good: a commit is on disk when it is answered, power cut or not.
    database.pragma('synchronous = FULL');
    database.pragma('foreign_keys = ON');
    database.pragma('trusted_schema = OFF');
    // Freed pages are overwritten, so that what was deleted is gone.
    database.pragma('secure_delete = ON');
    return database;
  } catch (cause) {
    database.close();
    throw cause;
  }
}

function open() {
  const write = connect();
  write.pragma(`cache_size = -${WRITE_CACHE}`);
  if (data.path === undefined) return { read: write, write };
  try {
    const read = connect();
    read.pragma('query_only = ON');
    return { read, write };
  } catch (cause) {
    write.close();
    throw cause;
  }
}

/** What SQLite does by itself and in no transaction. */
const ALONE = /^\s*(?:pragma|vacuum)\b/i;

/**
 * A statement that finds the database locked stays half begun in this driver until it is collected as garbage, and what is
 * written meanwhile is not committed. So nothing that writes begins without having the lock.
 *
 * @param {Statement} statement
 * @returns {Outcome}
 */
function run({ lane, sql, parameters }) {
  const database = opened()[lane];
  if (lane === 'read' || database.inTransaction || ALONE.test(sql)) return step(database, sql, parameters);
  return within(database, () => step(database, sql, parameters));
}

/**
 * @param {Transaction} transaction
 * @returns {Outcome}
 */
function runAll({ statements }) {
  const database = opened().write;
  return within(database, () => {
    for (const { sql, times } of statements) {
      // Many rows in one statement take longer to understand than one statement takes to be carried out for each.
      const statement = database.prepare(sql);
      for (const parameters of times) statement.run(parameters);
    }
    return { rows: [] };
  });
}

/**
 * @param {Database.Database} database
 * @param {() => Outcome} work
 * @returns {Outcome}
 */
function within(database, work) {
  database.exec('BEGIN IMMEDIATE');
  try {
    const outcome = work();
    database.exec('COMMIT');
    return outcome;
  } catch (cause) {
    rollBack();
    throw cause;
  }
}

/**
 * @param {Database.Database} database
 * @param {string} sql
 * @param {readonly unknown[]} parameters
 * @returns {Outcome}
 */
function step(database, sql, parameters) {
  const statement = database.prepare(sql);
  if (statement.reader) {
    return { rows: /** @type {Outcome['rows']} */ (statement.all(parameters)) };
  }
  return { rows: [], changes: statement.run(parameters).changes };
}

function opened() {
  if (lanes === undefined) throw new Error('the database is not open');
  return lanes;
}

function close() {
  if (lanes === undefined) return;
  const { read, write } = lanes;
  lanes = undefined;
  if (read !== write) read.close();
  write.close();
}

function rollBack() {
  // After some errors SQLite has done it already.
  const { write } = opened();
  if (write.inTransaction) write.exec('ROLLBACK');
}

/**
 * @param {Request} request
 * @returns {Outcome}
 */
function carryOut(request) {
  switch (request.kind) {
    case 'open':
      lanes ??= open();
      return { rows: [] };
    case 'reopen':
      close();
      lanes = open();
      return { rows: [] };
    case 'rescue':
      opened().write.prepare('VACUUM INTO ?').run(request.path);
      return { rows: [] };
    case 'run':
      return run(request);
    case 'transaction':
      return runAll(request);
    case 'begin':
      opened().write.exec('BEGIN IMMEDIATE');
      return { rows: [] };
    case 'commit':
      opened().write.exec('COMMIT');
      return { rows: [] };
    case 'rollback':
      rollBack();
      return { rows: [] };
    case 'close':
      close();
      return { rows: [] };
  }
}

/**
 * @param {Request} request
 * @returns {Answer}
 */
function answer(request) {
  try {
    return { id: request.id, outcome: carryOut(request) };
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
    return {
      id: request.id,
      failure: { message: cause instanceof Error ? cause.message : String(cause), code },
    };
  }
}

/** Answers that are not sent yet. @type {Answer[]} */
let answers = [];

function send() {
  if (answers.length > 0) parentPort?.postMessage(answers);
  answers = [];
}

parentPort?.on('message', (/** @type {readonly Request[]} */ requests) => {
  for (const request of requests) {
    const isQuick = request.kind === 'run' && request.lane === 'read';
    // What waits for the disk keeps no answer back that is there already, and its own is for somebody who has waited enough.
    if (!isQuick) send();
    answers.push(answer(request));
    if (!isQuick) send();
    if (request.kind === 'close') parentPort?.close();
  }
  send();
});
