import type { TestProject } from 'vitest/node';
import { ensurePackages } from '../../../src/demo/debian-packages.js';
import { postgresPrograms, PostgresServer } from './server.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** URL of the database `postgres` of a server that is there for all tests of the project; undefined in all others. */
    readonly postgres: string | undefined;
  }
}

/** One PostgreSQL for all tests of the project: the suites of the store run on it. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  await ensurePackages({ postgresql: () => postgresPrograms() !== undefined }, (line) => console.log(line));
  const server = await PostgresServer.start();
  project.provide('postgres', server.url('postgres'));
  return () => server.stop();
}
