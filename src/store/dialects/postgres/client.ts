import { hostname } from 'node:os';
import pg from 'pg';
import type { PostgresSettings } from './settings.js';

/** To connect, octets there and back and a login. */
const CONNECT_MS = 5_000;
/** What the server gives up, in milliseconds: a statement, its wait for a lock, a transaction whose client says nothing. */
const STATEMENT_MS = 10_000;
const LOCK_MS = 5_000;
const IDLE_MS = 30_000;

const INT8 = pg.types.builtins.INT8;
const BYTEA = pg.types.builtins.BYTEA;

/** Numbers are milliseconds, counts and numbers of rows: none is beyond what a number holds. Octets are Uint8Array everywhere here. */
const types: pg.CustomTypesConfig = {
  getTypeParser: (oid, format) => {
    if (format !== 'binary' && oid === INT8) return Number;
    const parse = pg.types.getTypeParser(oid, format) as (value: string) => unknown;
    if (oid !== BYTEA) return parse;
    return (value: string) => new Uint8Array(parse(value) as Buffer);
  },
};

/** How this process names itself to the server; another gateway that finds the store locked tells it. */
export const SELF = `silc-xmpp-gateway (process ${process.pid} on ${hostname()})`.slice(0, 63);

/** What every connection is opened with. */
export function clientConfig({
  host,
  port,
  database,
  user,
  password,
  tls,
}: PostgresSettings): pg.ClientConfig {
  return {
    ...{ host, port, database, user, types },
    // Undefined leaves it to PGPASSWORD and ~/.pgpass.
    ...(password !== undefined && { password }),
    ssl: tls === 'disable' ? false : { rejectUnauthorized: tls === 'verify-full' },
    application_name: SELF,
    connectionTimeoutMillis: CONNECT_MS,
    statement_timeout: STATEMENT_MS,
    lock_timeout: LOCK_MS,
    idle_in_transaction_session_timeout: IDLE_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    // What was told to be stored is on disk, whatever the server's default.
    options: '-c synchronous_commit=on',
  };
}
