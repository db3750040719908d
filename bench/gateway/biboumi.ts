import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'libsql';
import { freePort, startProgram, whileAlive, type Child } from './children.js';
import type { ComponentServer } from './component-server.js';
import { userOf } from './crowd.js';
import { until } from './pacer.js';
import type { Running, System } from './system.js';

const [DOMAIN, SECRET, IRC] = ['irc.bench.test', 'bench', 'net'];
const READY_MS = 15_000;

const [BIBOUMI, NGIRCD] = ['/usr/bin/biboumi', '/usr/sbin/ngircd'];

/** Whether the peer can run here, from Debian's packages. */
export function peerInstalled(): boolean {
  return existsSync(BIBOUMI) && existsSync(NGIRCD);
}

/**
 * biboumi before ngircd, both without what slows single users down: penalties of the IRC server, and the throttle that
 * biboumi has by default (ten lines, then one a second).
 */
export class Biboumi implements System {
  readonly name: string;
  readonly domain = DOMAIN;
  readonly secret = SECRET;
  readonly batchesSmallWrites = true;
  readonly #folder: string;
  readonly #history: boolean;

  /** @param folder where its database is made: on a disk or in memory */
  constructor(name: string, folder: string, options: { readonly history: boolean }) {
    this.name = name;
    this.#folder = folder;
    this.#history = options.history;
  }

  room(index: number): string {
    return `#room${index}%${IRC}@${DOMAIN}`;
  }

  channel(index: number): string {
    return `#room${index}`;
  }

  async start(server: ComponentServer, users: number): Promise<Running> {
    const folder = mkdtempSync(join(this.#folder, 'biboumi-'));
    const ircPort = await freePort();
    const irc = await startIrc(folder, ircPort);
    const file = join(folder, 'biboumi.cfg');
    writeFileSync(file, configuration(folder, await freePort()));
    await makeDatabase(file, folder);
    addSettings(join(folder, 'biboumi.sqlite'), { users, ircPort, history: this.#history });
    writeFileSync(file, configuration(folder, server.port));
    const attached = server.attached();
    const start = performance.now();
    const gateway = await startProgram(BIBOUMI, [file], join(folder, 'log'));
    await whileAlive(gateway, attached, READY_MS);
    return {
      gateway,
      folder,
      collectGarbage: () => undefined,
      serverPid: irc.pid,
      attachSeconds: (performance.now() - start) / 1_000,
      far: ['irc', '127.0.0.1', String(ircPort)],
      stop: async () => {
        await gateway.stop();
        await irc.stop();
        rmSync(folder, { recursive: true, force: true });
      },
    };
  }
}

async function startIrc(folder: string, port: number): Promise<Child> {
  const file = join(folder, 'ngircd.conf');
  writeFileSync(
    file,
    `[Global]
Name = irc.bench.test
Info = bench
AdminInfo1 = bench
Listen = 127.0.0.1
Ports = ${port}
MotdPhrase = bench
[Limits]
MaxConnections = 0
MaxConnectionsIP = 0
MaxJoins = 0
MaxNickLength = 30
MaxPenaltyTime = 0
[Options]
DNS = no
Ident = no
PAM = no
`,
    // It reads its file again as another user.
    { mode: 0o644 },
  );
  return startProgram(NGIRCD, ['-n', '-f', file], join(folder, 'ngircd.log'));
}

function configuration(folder: string, port: number): string {
  return `hostname=${DOMAIN}
password=${SECRET}
xmpp_server_ip=127.0.0.1
port=${port}
db_name=${join(folder, 'biboumi.sqlite')}
log_level=3
identd_port=0
realname_customization=true
`;
}

/** Lets biboumi make its tables: it does so before it looks for its Jabber server, which is not there yet. */
async function makeDatabase(configFile: string, folder: string): Promise<void> {
  const child = await startProgram(BIBOUMI, [configFile], join(folder, 'first.log'));
  const ready = await until(() => hasTables(join(folder, 'biboumi.sqlite')), READY_MS);
  await child.stop();
  if (!ready) throw new Error(`biboumi made no database: ${child.output()}`);
}

/** The index is the last thing that it makes. */
function hasTables(file: string): boolean {
  if (!existsSync(file)) return false;
  const database = new Database(file, { readonly: true });
  try {
    return database.prepare("SELECT 1 FROM sqlite_master WHERE name = 'archive_index'").all().length > 0;
  } catch {
    return false;
  } finally {
    database.close();
  }
}

/** What each user would set by ad-hoc commands. The indexes keep the look-up of so many settings from counting. */
function addSettings(file: string, settings: { users: number; ircPort: number; history: boolean }): void {
  const database = new Database(file);
  database.exec('CREATE INDEX bench_server ON ircserveroptions_(owner_, server_)');
  database.exec('CREATE INDEX bench_global ON globaloptions_(owner_)');
  const global = database.prepare(
    'INSERT INTO globaloptions_ (owner_, maxhistorylength_, recordhistory_, persistent_) VALUES (?, 20, ?, 0)',
  );
  const server = database.prepare(
    'INSERT INTO ircserveroptions_ (owner_, server_, address_, ports_, tlsports_, throttlelimit_, maxhistorylength_) ' +
      "VALUES (?, ?, '127.0.0.1', ?, '', -1, 20)",
  );
  database.exec('BEGIN');
  for (let user = 0; user < settings.users; user++) {
    global.run(userOf(user), settings.history ? 1 : 0);
    server.run(userOf(user), IRC, String(settings.ircPort));
  }
  database.exec('COMMIT');
  database.close();
}
