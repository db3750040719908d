/** A connection beside that of a gateway, for a look at a store: it takes no lock and makes no files. */
export interface PlainConnection {
  /** One statement in the SQL that all kinds of database understand, with `?` where values come. */
  all(sql: string, values?: readonly unknown[]): Promise<readonly Readonly<Record<string, unknown>>[]>;
  has(table: string): Promise<boolean>;
  /** Which gateway has the store open; undefined where none has. */
  holder(): Promise<string | undefined>;
  close(): Promise<void>;
}
