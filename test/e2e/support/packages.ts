import { execFileSync } from 'node:child_process';
import { accessSync, constants, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** What the end-to-end tests need from Debian, and how its presence shows. */
const PACKAGES = [
  { name: 'prosody', present: () => isExecutable('/usr/bin/prosody') },
  { name: 'ejabberd', present: () => isExecutable('/usr/bin/erl') && ejabberdLibraries() !== undefined },
] as const;

// policy-rc.d with status 101 keeps the maintainer scripts from starting the daemons (invoke-rc.d(8)).
const INSTALL = `
set -e
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  printf '#!/bin/sh\\nexit 101\\n' > "$policy"
  chmod 755 "$policy"
  trap 'rm -f "$policy"' EXIT
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update -q
apt-get install -q -y --no-install-recommends "$@"
`;

/**
 * Installs the Jabber servers that are missing; says what it does. Their services are not started.
 * @throws Error with what to do when they are missing and cannot be installed.
 */
export function ensurePackages(): void {
  const missing = PACKAGES.filter((entry) => !entry.present()).map((entry) => entry.name);
  if (missing.length === 0) return;
  const byHand = `install them by hand: apt-get install --no-install-recommends ${missing.join(' ')}`;
  if (!isExecutable('/usr/bin/apt-get')) {
    throw new Error(`The end-to-end tests need ${missing.join(' and ')}, and this is no Debian; ${byHand}`);
  }
  const isRoot = process.getuid?.() === 0;
  if (!isRoot && !hasSudo()) {
    throw new Error(
      `The end-to-end tests need ${missing.join(' and ')}; without root or passwordless sudo, ${byHand}`,
    );
  }
  console.log(`Installing ${missing.join(' and ')} from the distribution's packages (apt-get)...`);
  const command = ['sh', '-c', INSTALL, 'install', ...missing];
  const [file = 'sh', ...args] = isRoot ? command : ['sudo', '-n', ...command];
  try {
    execFileSync(file, args, { stdio: ['ignore', 'ignore', 'inherit'], timeout: 600_000 });
  } catch (cause) {
    throw new Error(`Installing ${missing.join(' and ')} failed; ${byHand}`, { cause });
  }
  const still = PACKAGES.filter((entry) => !entry.present()).map((entry) => entry.name);
  if (still.length > 0) throw new Error(`Installed, but not found afterwards: ${still.join(', ')}`);
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

function hasSudo(): boolean {
  try {
    execFileSync('sudo', ['-n', 'true'], { stdio: 'ignore', timeout: 10_000 });
    return true;
  } catch {
    return false;
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
