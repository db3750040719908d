import { existsSync } from 'node:fs';
import { defineConfig } from 'vitest/config';
import { postgresPrograms } from './test/support/postgres/server.js';

/** Suites of the store, which run on each kind of database. */
const hasPostgres = postgresPrograms() !== undefined || existsSync('/usr/bin/apt-get');
if (!hasPostgres) {
  process.stderr.write(
    '\nNO POSTGRESQL: it is not installed, and this is no Debian. The suites of the store run on SQLite only.\n\n',
  );
}

/** No secret that a test uses stands in anything that it logs. */
const setupFiles = ['test/support/secrets/setup.ts'];

/** What is asked for again and again may take as long as an event that is waited for, on a machine with much to do. */
const patient = { poll: { timeout: 20_000 } };

/**
 * Projects: `unit` (units, properties, hostile input, embedded-server tests), `vectors` (reference data), `postgres` (the suites of
 * the store, on PostgreSQL),
 * `e2e` (real Jabber servers), `interop` (a live silcd, or the embedded server), `package` (the packed package),
 * `load` (the built gateway under floods), `clients` (real clients, which it installs).
 * Groups run one after the other.
 */
export default defineConfig({
  test: {
    coverage: { include: ['src/**'], reporter: ['text-summary', 'html'] },
    projects: [
      {
        test: {
          name: 'unit',
          setupFiles,
          expect: patient,
          include: ['test/**/*.test.ts'],
          exclude: [
            'test/vectors.test.ts',
            'test/e2e/**',
            'test/interop/**',
            'test/package/**',
            'test/load/**',
            'test/clients/**',
            'test/store/postgres/**',
          ],
          testTimeout: 30_000,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'vectors',
          setupFiles,
          include: ['test/vectors.test.ts'],
          testTimeout: 120_000,
          maxWorkers: 1,
          sequence: { groupOrder: 2 },
        },
      },
      {
        test: {
          name: 'postgres',
          setupFiles,
          expect: patient,
          include: hasPostgres ? ['test/store/*.test.ts', 'test/store/postgres/*.test.ts'] : [],
          globalSetup: ['test/support/postgres/global-setup.ts'],
          testTimeout: 60_000,
          hookTimeout: 30_000,
          maxWorkers: 2,
          sequence: { groupOrder: 8 },
        },
      },
      {
        test: {
          name: 'e2e',
          setupFiles,
          expect: patient,
          include: ['test/e2e/**/*.test.ts'],
          globalSetup: ['test/e2e/support/global-setup.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          maxWorkers: 2,
          sequence: { groupOrder: 3 },
        },
      },
      {
        test: {
          name: 'interop',
          setupFiles,
          expect: patient,
          include: ['test/interop/**/*.test.ts'],
          testTimeout: 120_000,
          // A server counts connections, and silcd dislikes storms of them.
          maxWorkers: 1,
          // Most of the time goes by waiting for answers that a server holds back, from each client for itself.
          maxConcurrency: 8,
          // Files leave nothing behind, and loading the product anew for each of them takes as long as some of them do.
          isolate: false,
          sequence: { groupOrder: 4 },
        },
      },
      {
        test: {
          name: 'package',
          include: ['test/package/**/*.test.ts'],
          testTimeout: 120_000,
          sequence: { groupOrder: 5 },
        },
      },
      {
        test: {
          name: 'load',
          include: ['test/load/**/*.test.ts'],
          testTimeout: 180_000,
          hookTimeout: 60_000,
          // Nothing else runs beside a flood.
          maxWorkers: 1,
          sequence: { groupOrder: 6 },
        },
      },
      {
        test: {
          name: 'clients',
          expect: patient,
          include: ['test/clients/**/*.test.ts'],
          globalSetup: ['test/e2e/support/global-setup.ts', 'test/clients/support/global-setup.ts'],
          testTimeout: 120_000,
          hookTimeout: 60_000,
          maxWorkers: 2,
          sequence: { groupOrder: 7 },
        },
      },
      {
        test: {
          name: 'look',
          include: ['test/clients/look/*.look.ts'],
          globalSetup: ['test/e2e/support/global-setup.ts', 'test/clients/support/global-setup.ts'],
          hookTimeout: 60_000,
          maxWorkers: 1,
          sequence: { groupOrder: 8 },
        },
      },
    ],
  },
});
