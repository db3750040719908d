/*
 * What the gateway and the thread of the database tell each other. Whatever a message holds can be cloned; octets go
 * as Uint8Array on memory that nothing else is in, and come as ArrayBuffer, as the driver makes them.
 */
import type { Repeated } from '../../dialect.js';

/** Which connection: `read` sees what is committed, whoever holds the lock of the database; `write` does all else. */
export type Lane = 'read' | 'write';

export interface Statement {
  readonly kind: 'run';
  readonly lane: Lane;
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

/** Statements that write, one after the other in a transaction of their own: all of them or none. */
export interface Transaction {
  readonly kind: 'transaction';
  readonly statements: readonly Repeated[];
}

/** Writes all that the database holds into a new file, whatever has become of the one that it is in. */
export interface Rescue {
  readonly kind: 'rescue';
  readonly path: string;
}

/**
 * `open` comes before all others, and again after it failed; nothing comes after `close`. `rollback` may come when SQLite has
 * ended a transaction already. `reopen` opens the file that is at the path now.
 */
export type Order =
  | Statement
  | Transaction
  | Rescue
  | { readonly kind: 'open' | 'reopen' | 'begin' | 'commit' | 'rollback' | 'close' };

export type Request = Order & { readonly id: number };

/** What a statement gives: rows, or how many were changed. */
export interface Outcome {
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  readonly changes?: number;
}

export interface Failure {
  readonly message: string;
  /** As SQLite names it, e.g. `SQLITE_BUSY`. */
  readonly code: string;
}

export type Answer = { readonly id: number } & (
  { readonly outcome: Outcome } | { readonly failure: Failure }
);

/** What the thread is started with. */
export interface ThreadData {
  /** Undefined for a database in memory. */
  readonly path: string | undefined;
}
