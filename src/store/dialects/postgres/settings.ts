import { StoreError } from '../../errors.js';

/** How a PostgreSQL server is reached, as the store URL says it. */
export interface PostgresSettings {
  /** A host, or the folder of a socket. */
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password: string | undefined;
  readonly tls: 'disable' | 'require' | 'verify-full';
}

const EXAMPLE = 'e.g. postgres://gateway@127.0.0.1:5432/gateway';
const DEFAULT_PORT = 5432;
const MODES: ReadonlySet<string> = new Set(['disable', 'require', 'verify-full']);
const KNOWN: ReadonlySet<string> = new Set(['host', 'sslmode']);

/**
 * Reads `postgres://user:password@host:port/database?sslmode=verify-full`, and `postgres://user@/database?host=/run/postgresql`
 * for a socket.
 * @throws StoreError `unsupported`, whose text repeats nothing of the URL: a password may be in it
 */
export function readPostgresUrl(text: string): PostgresSettings {
  // The URL parser of the platform knows no empty host behind a user.
  const url = parsed(text.replace(/^(postgres(?:ql)?:\/\/[^/?#]*@)(?=\/)/i, '$1localhost'));
  const parameters = [...url.searchParams];
  const unknown = parameters.find(([name]) => !KNOWN.has(name));
  if (unknown !== undefined) {
    throw new StoreError('unsupported', 'the store URL has a parameter other than host and sslmode');
  }
  const user = plain(url.username);
  const database = plain(url.pathname.slice(1));
  if (user === '') throw new StoreError('unsupported', `the store URL names no user, ${EXAMPLE}`);
  if (database === '' || database.includes('/')) {
    throw new StoreError('unsupported', `the store URL names no database, ${EXAMPLE}`);
  }
  const host = url.searchParams.get('host') ?? url.hostname.replace(/^\[(.*)\]$/, '$1');
  if (host === '') throw new StoreError('unsupported', `the store URL names no host, ${EXAMPLE}`);
  const tls = url.searchParams.get('sslmode') ?? (isOnThisMachine(host) ? 'disable' : 'verify-full');
  if (!isMode(tls)) {
    throw new StoreError('unsupported', 'sslmode of the store URL must be disable, require or verify-full');
  }
  return {
    ...{ host, database, user, tls },
    port: url.port === '' ? DEFAULT_PORT : Number(url.port),
    password: url.password === '' ? undefined : plain(url.password),
  };
}

function parsed(text: string): URL {
  try {
    return new URL(text);
  } catch {
    throw new StoreError('unsupported', `the store URL is not understood, ${EXAMPLE}`);
  }
}

function plain(text: string): string {
  try {
    const value = decodeURIComponent(text);
    if (!value.includes('\0')) return value;
  } catch {
    // Told below.
  }
  throw new StoreError('unsupported', 'the store URL has a wrong escape: % is written %25 in it');
}

function isMode(text: string): text is PostgresSettings['tls'] {
  return MODES.has(text);
}

/** What is said to such a server leaves the machine on no wire. */
function isOnThisMachine(host: string): boolean {
  return host.startsWith('/') || host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host);
}

/** How the store is named in texts, without the password. */
export function nameOf({ host, port, database, user }: PostgresSettings): string {
  return host.startsWith('/')
    ? `postgres://${user}@/${database}?host=${host}`
    : `postgres://${user}@${host.includes(':') ? `[${host}]` : host}:${port}/${database}`;
}
