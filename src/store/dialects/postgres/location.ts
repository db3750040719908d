import type { StoreLocation } from '../../dialect.js';
import { nameOf, readPostgresUrl } from './settings.js';

/** @throws StoreError `unsupported` */
export function locatePostgres(url: string): StoreLocation {
  const settings = readPostgresUrl(url);
  return {
    url,
    name: nameOf(settings),
    file: undefined,
    isLasting: true,
    dialect: async ({ password, monitor }) =>
      (await import('./dialect.js')).createPostgresDialect(
        { ...settings, password: password ?? settings.password },
        monitor,
      ),
    connectPlainly: async (password) =>
      (await import('./plain.js')).connectPlainly({ ...settings, password: password ?? settings.password }),
  };
}
