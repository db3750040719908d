import { Worker } from 'node:worker_threads';

import { Deferred } from '../../../util/deferred.js';
import { StoreError } from '../../errors.js';
import type { Answer, Order, Outcome, Request, ThreadData } from './protocol.js';

/** An error of SQLite, as it was in the thread. */
class DatabaseError extends Error {
  readonly code: string;

  constructor(message: string, code: string) {
    super(message);
    this.name = 'DatabaseError';
    this.code = code;
  }
}

/**
 * The thread that a database lives in: a disk that takes its time, and a lock that somebody else holds, keep nobody from
 * talking. Orders are carried out one after the other.
 */
export class DatabaseThread {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Deferred<Outcome>>();
  /** Questions of this turn of the event loop: a journey to the thread costs more than most of them. */
  #collected: Request[] = [];
  readonly #exited: Promise<void>;
  #lastId = 0;
  #ended: Error | undefined;

  /** @param path undefined for a database in memory */
  constructor(path: string | undefined) {
    const workerData: ThreadData = { path };
    this.#worker = new Worker(new URL('./thread.mjs', import.meta.url), { workerData });
    this.#worker.on('message', (answers: readonly Answer[]) => this.#onAnswers(answers));
    this.#worker.on('error', (error) => this.#end(error));
    this.#exited = new Promise((resolve) => {
      this.#worker.once('exit', () => {
        this.#end(undefined);
        resolve();
      });
    });
    // Only what waits for an answer keeps the process going.
    this.#worker.unref();
  }

  /** @throws DatabaseError with the `code` of SQLite; StoreError `io` when there is no thread any more. */
  ask(order: Order): Promise<Outcome> {
    if (this.#ended !== undefined) return Promise.reject(this.#ended);
    const answer = new Deferred<Outcome>();
    const request: Request = { ...order, id: ++this.#lastId };
    if (this.#waiting.size === 0) this.#worker.ref();
    this.#waiting.set(request.id, answer);
    const isFirst = this.#collected.push(request) === 1;
    // Writes are collected by those who want them, and somebody may be waiting.
    if (order.kind !== 'run' || order.lane === 'write') this.#send();
    else if (isFirst) setImmediate(() => this.#send());
    return answer.promise;
  }

  /** Closes the database, and the thread with it. Safe to call twice. */
  async close(): Promise<void> {
    if (this.#ended !== undefined) return this.#exited;
    const closed = this.ask({ kind: 'close' });
    this.#worker.ref();
    await closed.finally(() => this.#worker.terminate());
    await this.#exited;
  }

  #send(): void {
    const requests = this.#collected;
    if (requests.length === 0) return;
    this.#collected = [];
    try {
      this.#worker.postMessage(requests);
    } catch {
      // One of them holds what cannot be cloned.
      for (const request of requests) this.#sendAlone(request);
    }
  }

  #sendAlone(request: Request): void {
    try {
      this.#worker.postMessage([request]);
    } catch (cause) {
      const failure = new StoreError('unsupported', 'the database cannot take such a value', { cause });
      this.#settle(request.id, (waiting) => waiting.reject(failure));
    }
  }

  #onAnswers(answers: readonly Answer[]): void {
    for (const answer of answers) {
      this.#settle(answer.id, (waiting) => {
        if ('outcome' in answer) waiting.resolve(answer.outcome);
        else waiting.reject(new DatabaseError(answer.failure.message, answer.failure.code));
      });
    }
  }

  #settle(id: number, settle: (waiting: Deferred<Outcome>) => void): void {
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) return;
    this.#waiting.delete(id);
    if (this.#waiting.size === 0) this.#worker.unref();
    settle(waiting);
  }

  #end(cause: Error | undefined): void {
    this.#ended ??= new StoreError('io', 'the thread of the database has ended', { cause });
    for (const waiting of this.#waiting.values()) waiting.reject(this.#ended);
    this.#waiting.clear();
  }
}
