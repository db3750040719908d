import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ensurePackages } from '../../../src/demo/debian-packages.js';
import { postgresPrograms } from '../../support/postgres/server.js';

/** What the end-to-end tests need from Debian, and how its presence shows. Missing ones are installed. */
export function ensureJabberServers(): Promise<void> {
  return ensurePackages(
    {
      prosody: () => existsSync('/usr/bin/prosody'),
      postgresql: () => postgresPrograms() !== undefined,
      jabberd2: () => existsSync('/usr/sbin/jabberd2-router'),
      ejabberd: () => existsSync('/usr/bin/erl') && ejabberdLibraries() !== undefined,
    },
    (line) => console.log(line),
  );
}

/** The folder that holds ejabberd's Erlang libraries, for ERL_LIBS; its name has the machine's architecture. */
export function ejabberdLibraries(): string | undefined {
  for (const folder of readdirSync('/usr/lib')) {
    const libraries = join('/usr/lib', folder);
    if (!folder.includes('-linux-')) continue;
    const found = readdirSync(libraries).some(
      (name) => name.startsWith('ejabberd-') && existsSync(join(libraries, name, 'ebin/ejabberd.app')),
    );
    if (found) return libraries;
  }
  return undefined;
}
