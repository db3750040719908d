import type { TestProject } from 'vitest/node';
import { ensurePrograms, type Programs } from './programs.js';

declare module 'vitest' {
  interface ProvidedContext {
    readonly programs: Programs;
  }
}

/** The real clients; the Jabber servers come from the set-up of the end-to-end tests. */
export async function setup(project: TestProject): Promise<void> {
  project.provide('programs', await ensurePrograms());
}
