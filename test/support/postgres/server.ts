import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { withDeadline } from '../../../src/util/race.js';

/** A start, with the recovery after a crash. */
const START_MS = 60_000;
const READY = 'ready to accept connections';
/** Debian keeps the programs of each version beside each other. */
const VERSIONS = '/usr/lib/postgresql';

/** Folder of the programs of the newest PostgreSQL on this machine. */
export function postgresPrograms(): string | undefined {
  if (!existsSync(VERSIONS)) return undefined;
  return readdirSync(VERSIONS)
    .sort((a, b) => Number(b) - Number(a))
    .map((version) => join(VERSIONS, version, 'bin'))
    .find((folder) => existsSync(join(folder, 'postgres')) && existsSync(join(folder, 'initdb')));
}

/** PostgreSQL refuses to run as root: as somebody who has nothing on this machine. */
export function owner(): { readonly uid?: number; readonly gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const users = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  const [, , uid, gid] =
    users.find(([name]) => name === 'postgres') ?? users.find(([n]) => n === 'nobody') ?? [];
  if (uid === undefined || gid === undefined) throw new Error('no unprivileged user for PostgreSQL');
  return { uid: Number(uid), gid: Number(gid) };
}

/** A certificate and its key (PEM): connections may be encrypted, and nobody but the superuser comes in without that and a password. */
interface Encryption {
  readonly certificate: string;
  readonly key: string;
}

/** Who comes in how, where there is encryption. */
const STRICT = `
host    all postgres 127.0.0.1/32 trust
hostssl all all      127.0.0.0/8  scram-sha-256
`;

/** A PostgreSQL of the tests' own, on loopback, in a folder that goes with it. */
export class PostgresServer {
  readonly #programs: string;
  readonly #folder: string;
  readonly port: number;
  readonly #encryption: Encryption | undefined;
  #child: ChildProcess | undefined;

  private constructor(programs: string, folder: string, port: number, encryption?: Encryption) {
    this.#encryption = encryption;
    this.#programs = programs;
    this.#folder = folder;
    this.port = port;
  }

  /** @throws where there is no PostgreSQL, with what it printed when it does not start */
  static async start(encryption?: Encryption): Promise<PostgresServer> {
    const programs = postgresPrograms();
    if (programs === undefined) throw new Error('PostgreSQL is not installed');
    const folder = mkdtempSync(join(tmpdir(), 'postgres-'));
    const { uid, gid } = owner();
    if (uid !== undefined && gid !== undefined) chownSync(folder, uid, gid);
    const server = new PostgresServer(programs, folder, await freePort(), encryption);
    try {
      await promisify(execFile)(
        join(programs, 'initdb'),
        [
          ...[
            '--pgdata',
            server.#data,
            '--username',
            'postgres',
            '--encoding',
            'UTF8',
            '--locale',
            'C.UTF-8',
          ],
          // Small files of the log, so that little disk is a disk that gets full.
          ...['--auth', 'trust', '--no-sync', '--wal-segsize', '1'],
        ],
        { cwd: folder, ...owner() },
      );
      server.#encrypt();
      await server.resume();
      return server;
    } catch (error) {
      await server.stop();
      throw error;
    }
  }

  #encrypt(): void {
    if (this.#encryption === undefined) return;
    const { certificate, key } = this.#encryption;
    const { uid, gid } = owner();
    for (const [name, text] of Object.entries({
      'server.crt': certificate,
      'server.key': key,
      'pg_hba.conf': STRICT,
    })) {
      const file = join(this.#data, name);
      writeFileSync(file, text, { mode: 0o600 });
      if (uid !== undefined && gid !== undefined) chownSync(file, uid, gid);
    }
  }

  get #data(): string {
    return join(this.#folder, 'data');
  }

  /** Process of the postmaster; all others are its children. */
  get pid(): number {
    const pid = this.#child?.pid;
    if (pid === undefined) throw new Error('PostgreSQL does not run');
    return pid;
  }

  /** URL of a database. */
  url(database: string, user = 'postgres'): string {
    return `postgres://${user}@127.0.0.1:${this.port}/${database}`;
  }

  /** Starts it, again after `halt` or `kill`. */
  async resume(): Promise<void> {
    const sockets = join(this.#folder, 'sockets');
    mkdirSync(sockets, { recursive: true });
    const { uid, gid } = owner();
    if (uid !== undefined && gid !== undefined) chownSync(sockets, uid, gid);
    const settings = {
      // The other one has no place in the certificate.
      listen_addresses: this.#encryption === undefined ? '127.0.0.1' : '127.0.0.1,127.0.0.2',
      unix_socket_directories: sockets,
      max_connections: '300',
      min_wal_size: '2MB',
      max_wal_size: '16MB',
      log_min_messages: 'log',
      shared_buffers: '32MB',
      ...(this.#encryption && { ssl: 'on', password_encryption: 'scram-sha-256' }),
    };
    const child = spawn(
      join(this.#programs, 'postgres'),
      [
        ...['-D', this.#data, '-p', String(this.port)],
        ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
        '-F',
      ],
      { cwd: this.#folder, stdio: ['ignore', 'ignore', 'pipe'], ...owner() },
    );
    this.#child = child;
    let printed = '';
    const ready = new Promise<void>((resolve, reject) => {
      child.stderr.on('data', (chunk: Buffer) => {
        printed = (printed + chunk.toString()).slice(-10_000);
        if (printed.includes(READY)) resolve();
      });
      child.once('error', reject);
      child.once('exit', () => reject(new Error(`PostgreSQL ended early: ${printed}`)));
    });
    await withDeadline(ready, START_MS, () => new Error(`PostgreSQL does not come up: ${printed}`));
  }

  /** Ends it: `SIGINT` breaks all connections, `SIGQUIT` is a crash. */
  async halt(signal: 'SIGINT' | 'SIGQUIT' = 'SIGINT'): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  }

  async stop(): Promise<void> {
    await this.halt('SIGQUIT');
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}
