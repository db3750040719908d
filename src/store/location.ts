import { resolve } from 'node:path';

import { StoreError } from './errors.js';

/** Where a store lives. `path` is undefined for a store in memory, which ends with the process. */
export interface StoreLocation {
  readonly path: string | undefined;
}

/**
 * Reads a store URL: `sqlite:/var/lib/x/gateway.db`, `sqlite:relative.db`, `sqlite:///absolute.db` or `sqlite::memory:`.
 * @param base folder that a relative path begins in.
 * @throws StoreError `unsupported` for everything else.
 */
export function parseStoreUrl(url: string, base = '.'): StoreLocation {
  const colon = url.indexOf(':');
  const scheme = colon < 0 ? '' : url.slice(0, colon).toLowerCase();
  if (scheme === 'postgres' || scheme === 'postgresql') {
    throw new StoreError(
      'unsupported',
      'a PostgreSQL store is not available in this version: use sqlite:/path/to/gateway.db',
    );
  }
  if (scheme !== 'sqlite') {
    throw new StoreError(
      'unsupported',
      'the store URL must begin with sqlite:, e.g. sqlite:/path/to/gateway.db',
    );
  }
  const rest = url.slice(colon + 1);
  if (rest === ':memory:') return { path: undefined };
  const path = rest.startsWith('//') ? rest.slice(2) : rest;
  if (path === '' || path.endsWith('/') || path.includes('\0')) {
    throw new StoreError('unsupported', 'the store URL names no file, e.g. sqlite:/path/to/gateway.db');
  }
  return { path: resolve(base, path) };
}
