import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** How long apt may take in all. */
const INSTALL_TIMEOUT_MS = 600_000;

/** Makes sure that Prosody is on this machine. @throws Error that says what to do, where it cannot be installed. */
export function ensureProsody(print: (line: string) => void): Promise<void> {
  return ensurePackages({ prosody: () => existsSync('/usr/bin/prosody') }, print);
}

/**
 * Installs the Debian packages that are missing, with root or sudo, and keeps their services from starting.
 * @param packages package name → whether it is there
 * @throws Error that says what to do, where it cannot be done
 */
export async function ensurePackages(
  packages: Readonly<Record<string, () => boolean>>,
  print: (line: string) => void,
): Promise<void> {
  const missing = missingOf(packages);
  if (missing.length === 0) return;
  const names = missing.join(' ');
  const advice = `Install it yourself (apt-get install ${names}) and try again.`;
  if (!existsSync('/usr/bin/apt-get')) {
    throw new Error(`${names} is not installed, and this is not a Debian system. ${advice}`);
  }
  const sudo = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
  print(`Installing ${names} from Debian's packages (${[...sudo, 'apt-get install'].join(' ')}) …`);
  // Packaged services would take the usual ports: policy 101 says that nothing is started.
  const script = `
    set -e
    export DEBIAN_FRONTEND=noninteractive
    if [ ! -e /usr/sbin/policy-rc.d ]; then
      printf '#!/bin/sh\\nexit 101\\n' > /usr/sbin/policy-rc.d
      chmod 755 /usr/sbin/policy-rc.d
      trap 'rm -f /usr/sbin/policy-rc.d' EXIT
    fi
    apt-get -o DPkg::Lock::Timeout=300 update
    apt-get -o DPkg::Lock::Timeout=300 install -y --no-install-recommends ${names}`;
  try {
    await run('/usr/bin/env', [...sudo, 'sh', '-c', script], {
      timeout: INSTALL_TIMEOUT_MS,
      maxBuffer: 64 << 20,
    });
  } catch (error) {
    const detail = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : String(error);
    throw new Error(`${names} could not be installed: ${detail.slice(-2000)}\n${advice}`, { cause: error });
  }
  const still = missingOf(packages).join(' ');
  if (still !== '') throw new Error(`${still} was installed, but is not found afterwards. ${advice}`);
}

function missingOf(packages: Readonly<Record<string, () => boolean>>): string[] {
  return Object.entries(packages).flatMap(([name, present]) => (present() ? [] : [name]));
}
