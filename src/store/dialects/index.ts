import type { StoreLocation } from '../dialect.js';
import { StoreError } from '../errors.js';
import { locatePostgres } from './postgres/location.js';
import { locateSqlite } from './sqlite/location.js';

/**
 * Reads a store URL.
 * @param base folder that a relative path begins in
 * @throws StoreError `unsupported` for what is no URL of a store
 */
export function locateStore(url: string, base = '.'): StoreLocation {
  const colon = url.indexOf(':');
  const scheme = colon < 0 ? '' : url.slice(0, colon).toLowerCase();
  if (scheme === 'sqlite') return locateSqlite(url.slice(colon + 1), base);
  if (scheme === 'postgres' || scheme === 'postgresql') return locatePostgres(url);
  throw new StoreError(
    'unsupported',
    'the store URL must begin with sqlite: or postgres:, e.g. sqlite:/path/to/gateway.db',
  );
}
