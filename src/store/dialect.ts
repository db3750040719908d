import type { ColumnDataType, Expression, Kysely } from 'kysely';
import type { StoreMonitor } from './monitor.js';
import type { PlainConnection } from './plain-connection.js';
import type { Schema } from './schema.js';

/** Where a store is, as its URL says. Nothing has been opened or made yet. */
export interface StoreLocation {
  /** The URL with every relative path resolved. A password may be in it. */
  readonly url: string;
  /** How texts name it: without secrets. */
  readonly name: string;
  /** The file of an embedded database. */
  readonly file: string | undefined;
  /** Whether what is stored outlives the process. */
  readonly isLasting: boolean;
  /** Loads the code for this kind of database, which nothing else does. @throws StoreError `io` */
  dialect(options: DialectOptions): Promise<Dialect>;
  /** A connection for a look at what is there, beside a gateway that uses it. @throws what the database throws */
  connectPlainly(password: string | undefined): Promise<PlainConnection>;
}

export interface DialectOptions {
  /** For the login at a server; goes before the one of the URL. */
  readonly password?: string | undefined;
  /** Is told what of the place where the store is does not work. */
  readonly monitor: StoreMonitor;
}

/** A held lock. */
export interface StoreLock {
  /** Gives the lock up. Safe to call twice. */
  release(): void | Promise<void>;
}

/** What migrations say differently in each kind of database. */
export interface SchemaDialect {
  /** Column of octets. */
  readonly octets: ColumnDataType;
  /** Column of a time, milliseconds since 1970. */
  readonly milliseconds: ColumnDataType;
  /** What follows the columns of a table: small rows that are found by their key, and rows of several kilobytes. */
  readonly end: { readonly smallRows: Expression<unknown>; readonly largeRows: Expression<unknown> };
}

/** A statement, and the parameters of each time that it is carried out. */
export interface Repeated {
  readonly sql: string;
  readonly times: readonly (readonly unknown[])[];
}

/** One kind of database, at one place: all that the store does not say in SQL which every kind understands. */
export interface Dialect {
  readonly schema: SchemaDialect;
  /** Where the key file is unless it is named; undefined where there is no such place. */
  readonly defaultKeyFile: string | undefined;
  /** Keeps all other gateways out of the store. @throws StoreError `locked` naming the other one, `io` */
  lock(): StoreLock | Promise<StoreLock>;
  /** @throws StoreError `io`, `corrupt` */
  open(): Kysely<Schema> | Promise<Kysely<Schema>>;
  /** Carries out statements that write, in one transaction, and in as few journeys to the database as there can be. */
  writeAll(statements: readonly Repeated[]): Promise<void>;
  /** Whether many rows cost less one after the other under one statement than in a statement of many rows. */
  readonly insertsSingly: boolean;
  /** Lets the statements of work take as long as they take: for migrations and the like, in transactions. */
  patiently<T>(work: () => Promise<T>): Promise<T>;
  /** Closes what `open` has opened, everything being where backups look for it. */
  close(db: Kysely<Schema>): Promise<void>;
  /** Whether an error of the database says that what is stored is damaged. */
  readonly isDamage: (cause: unknown) => boolean;
}
