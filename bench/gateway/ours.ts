import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { reply, startModule, startProgram, whileAlive, type Child } from './children.js';
import type { ComponentServer } from './component-server.js';
import { makeStore } from './key-store.js';
import type { Running, System } from './system.js';

const [DOMAIN, SECRET] = ['silc.bench.test', 'bench'];
/** The process collects its garbage when it is told to by a signal. */
const COLLECTABLE = ['--expose-gc', '--import', 'data:text/javascript,process.on("SIGUSR2",()=>gc())'];
const READY_MS = 30_000;
/** Beside the folder of a build. */
const UNIT = '../packaging/systemd/silc-xmpp-gateway.service';

/**
 * A build of this project's gateway, in the environment that its systemd unit sets, on the embedded SILC server or the one that
 * `external` names.
 */
export class Ours implements System {
  readonly name: string;
  readonly domain = DOMAIN;
  readonly secret = SECRET;
  readonly batchesSmallWrites = false;
  readonly #dist: string;
  readonly #folder: string;
  readonly #external: string | undefined;
  readonly #historyDays: number | undefined;
  #known = 0;

  /**
   * @param options.dist folder of the build
   * @param options.folder for stores, on a file system in memory
   * @param options.external HOST:PORT of a SILC server; undefined starts the embedded one
   * @param options.historyDays of rooms, 0 for none; by default as the configuration has it
   */
  constructor(
    name: string,
    options: {
      readonly dist: string;
      readonly folder: string;
      readonly external: string | undefined;
      readonly historyDays?: number | undefined;
    },
  ) {
    this.name = name;
    this.#dist = options.dist;
    this.#folder = options.folder;
    this.#external = options.external;
    this.#historyDays = options.historyDays;
  }

  room(index: number): string {
    return `room${index}@${DOMAIN}`;
  }

  channel(index: number): string {
    return `room${index}`;
  }

  async start(server: ComponentServer, users: number): Promise<Running> {
    const folder = mkdtempSync(join(this.#folder, 'ours-'));
    const silc = this.#external === undefined ? await this.#silcServer(folder) : undefined;
    const [host = '', port = '706'] = (this.#external ?? `127.0.0.1:${silc?.port}`).split(':');
    const template = await this.#template(users);
    for (const suffix of ['', '.key']) cpSync(template + suffix, join(folder, `gateway.db${suffix}`));
    const file = join(folder, 'gateway.yaml');
    writeFileSync(file, JSON.stringify(configuration(server.port, host, Number(port), this.#historyDays)), {
      mode: 0o600,
    });
    const attached = server.attached();
    const start = performance.now();
    const gateway = await startProgram(
      process.execPath,
      [...COLLECTABLE, join(this.#dist, 'main.js'), 'run', '-c', file],
      join(folder, 'log'),
      unitEnvironment(join(this.#dist, UNIT)),
    );
    await whileAlive(gateway, attached, READY_MS);
    return {
      gateway,
      folder,
      collectGarbage: () => gateway.process.kill('SIGUSR2'),
      serverPid: silc?.child.pid,
      attachSeconds: (performance.now() - start) / 1_000,
      far: ['silc', host, port],
      stop: async () => {
        await gateway.stop();
        await silc?.child.stop();
        rmSync(folder, { recursive: true, force: true });
      },
    };
  }

  /** A store in which so many users are known, made once for all starts. */
  async #template(users: number): Promise<string> {
    const file = join(this.#folder, `${this.name}-${Math.max(users, this.#known)}.db`);
    if (users > this.#known) {
      await makeStore(this.#dist, `sqlite:${file}`, users);
      this.#known = users;
    }
    return file;
  }

  async #silcServer(folder: string): Promise<{ child: Child; port: number }> {
    const child = await startModule('./silc-server.ts', [], join(folder, 'silc-server.log'));
    return { child, ...(await reply<{ port: number }>(child, READY_MS)) };
  }
}

/** What the lines `Environment=NAME=VALUE …` of a systemd unit set. */
function unitEnvironment(unit: string): Record<string, string> {
  const lines = readFileSync(unit, 'utf8').matchAll(/^Environment=(.*)$/gm);
  const settings = [...lines].flatMap(([, line = '']) => line.split(' '));
  return Object.fromEntries(
    settings.map((setting): [string, string] => {
      const [name = '', value = ''] = setting.split('=', 2);
      return [name, value];
    }),
  );
}

const MUCH = { user: 1_000_000_000, domain: 1_000_000_000, all: 1_000_000_000 };

/** No bound that the work would run into, everything else as it is by default. */
function configuration(port: number, silcHost: string, silcPort: number, days: number | undefined): object {
  return {
    component: { domain: DOMAIN, port, secret: SECRET },
    networks: { bench: { default: true, servers: [{ host: silcHost, port: silcPort }] } },
    store: { url: 'sqlite:gateway.db' },
    limits: {
      sessions: 40_000,
      new_users_per_hour: 1_000_000,
      rates: { joins: MUCH, messages: MUCH, octets: MUCH },
    },
    timeouts: { connect_spacing_ms: 0 },
    log: { level: 'warn' },
    ...(days === undefined ? {} : { history: { days } }),
  };
}
