import { resolve } from 'node:path';
import type { StoreLocation } from '../../dialect.js';
import { StoreError } from '../../errors.js';

/**
 * What follows `sqlite:` in a store URL: `/var/lib/x/gateway.db`, `relative.db`, `///absolute.db` or `:memory:`.
 * @throws StoreError `unsupported` where no file is named
 */
export function locateSqlite(rest: string, base: string): StoreLocation {
  const path = rest.startsWith('//') ? rest.slice(2) : rest;
  if (path === '' || path.endsWith('/') || path.includes('\0')) {
    throw new StoreError('unsupported', 'the store URL names no file, e.g. sqlite:/path/to/gateway.db');
  }
  const file = rest === ':memory:' ? undefined : resolve(base, path);
  const url = `sqlite:${file ?? ':memory:'}`;
  return {
    ...{ url, name: url },
    file,
    isLasting: file !== undefined,
    dialect: async ({ monitor }) => (await import('./dialect.js')).createSqliteDialect(file, monitor),
    connectPlainly: async () => (await import('./plain.js')).connectPlainly(file ?? ':memory:'),
  };
}
