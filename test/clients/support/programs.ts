import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { ensurePackages } from '../../../src/demo/debian-packages.js';

const run = promisify(execFile);

/** How long one download may take. */
const DOWNLOAD_TIMEOUT_MS = 180_000;

/** Forgotten by `npm ci`: a clean checkout tests against the newest ones. */
const CACHE = fileURLToPath(new URL('../../../node_modules/.cache/real-clients', import.meta.url));

/** Where the real clients of these tests are; what could not be had is the reason, for the tests to fail with. */
export interface Programs {
  /** A Python that has slixmpp. */
  readonly python: Program;
  /** The profanity in PATH, with tmux. */
  readonly profanity: Program;
  /** The folder `dist` of converse.js. */
  readonly converse: Program;
  readonly chromium: Program;
  /** With a display for it, and what drives it. */
  readonly gajim: Program;
}

type Program = { readonly path: string; readonly version: string } | { readonly missing: string };

/** gajim, a display without a screen, a session bus, and what reads the screen. */
const GAJIM = {
  gajim: '/usr/bin/gajim',
  xvfb: '/usr/bin/Xvfb',
  'dbus-daemon': '/usr/bin/dbus-run-session',
  'at-spi2-core': '/usr/libexec/at-spi-bus-launcher',
  // Its own file is in a folder of the architecture.
  'gir1.2-atspi-2.0': '/usr/share/doc/gir1.2-atspi-2.0/copyright',
};

/** Installs what is missing: Debian's packages by apt, the newest slixmpp and converse.js from their registries. */
export async function ensurePrograms(): Promise<Programs> {
  mkdirSync(CACHE, { recursive: true });
  // One by one: apt has a lock.
  const profanity = await had('profanity', () =>
    debian('/usr/bin/profanity', ['-v'], { profanity: '/usr/bin/profanity', tmux: '/usr/bin/tmux' }),
  );
  const chromium = await had('chromium', () =>
    debian('/usr/bin/chromium', ['--version'], { chromium: '/usr/bin/chromium' }),
  );
  const gajim = await had('gajim', () =>
    debian('/usr/bin/dpkg-query', ['-W', '-f=${Version}', 'gajim'], GAJIM),
  );
  const python = await had('slixmpp', slixmpp);
  const converse = await had('converse.js', converseJs);
  return { python, profanity, converse, chromium, gajim };
}

async function had(name: string, get: () => Promise<Program>): Promise<Program> {
  try {
    const program = await get();
    if ('version' in program) console.log(`${name}: ${program.version}`);
    return program;
  } catch (error) {
    const missing = `${name} cannot be had: ${error instanceof Error ? error.message : String(error)}`;
    console.error(missing);
    return { missing };
  }
}

async function debian(
  path: string,
  versionArgs: readonly string[],
  files: Readonly<Record<string, string>>,
): Promise<Program> {
  const packages = Object.fromEntries(
    Object.entries(files).map(([name, file]) => [name, () => existsSync(file)] as const),
  );
  await ensurePackages(packages, (line) => console.log(line));
  const { stdout } = await run(path, versionArgs, { timeout: 30_000 });
  return { path, version: stdout.trim().split('\n')[0] ?? '' };
}

async function slixmpp(): Promise<Program> {
  const venv = join(CACHE, 'venv');
  const path = join(venv, 'bin/python');
  const mark = join(venv, 'ready');
  if (!existsSync(mark)) {
    const system = await pythonWithVenv();
    await run(system, ['-m', 'venv', '--clear', venv], { timeout: DOWNLOAD_TIMEOUT_MS });
    const install = ['-m', 'pip', 'install', '--quiet', '--upgrade', 'slixmpp', 'aiohttp'];
    await run(path, install, { timeout: DOWNLOAD_TIMEOUT_MS });
    writeFileSync(mark, '');
  }
  const { stdout } = await run(path, ['-c', 'import slixmpp; print(slixmpp.__version__)']);
  return { path, version: stdout.trim() };
}

/** Debian's Python has its venv in a package of its own; another one that is in PATH may have it built in. */
async function pythonWithVenv(): Promise<string> {
  try {
    await run('python3', ['-c', 'import ensurepip, venv']);
    return 'python3';
  } catch {
    const present = (): boolean => existsSync('/usr/bin/python3') && existsSync('/usr/share/python-wheels');
    await ensurePackages({ 'python3-venv': present }, (line) => console.log(line));
    return '/usr/bin/python3';
  }
}

async function converseJs(): Promise<Program> {
  const root = join(CACHE, 'npm');
  const folder = join(root, 'node_modules/converse.js');
  const mark = join(root, 'ready');
  if (!existsSync(mark)) {
    const args = ['install', '--prefix', root, '--no-save', '--ignore-scripts', '--no-audit', '--no-fund'];
    await run('npm', [...args, 'converse.js'], { timeout: DOWNLOAD_TIMEOUT_MS });
    writeFileSync(mark, '');
  }
  const { stdout } = await run('node', ['-p', `require('${folder}/package.json').version`], { cwd: root });
  return { path: join(folder, 'dist'), version: stdout.trim() };
}
