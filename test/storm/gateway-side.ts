import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort, startProgram, whileAlive, type Child } from '../../bench/gateway/children.js';
import type { ComponentServer } from '../../bench/gateway/component-server.js';
import { makeStore } from '../../bench/gateway/key-store.js';
import { memory } from '../../bench/gateway/procfs.js';
import { checkGatewayFolder } from '../support/log-watch.js';

export const DOMAIN = 'silc.storm.test';
export const SECRET = 'the-secret-of-the-storm';

const DIST = fileURLToPath(new URL('../../dist', import.meta.url));
const READY_MS = 60_000;
const STOP_MS = 60_000;
const POLL_MS = 1_000;

/** The built gateway as a process of its own with a store on disk, and its figures. */
export class GatewaySide {
  readonly #folder: string;
  readonly #httpPort: number;
  #child: Child | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** Largest figures so far: milliseconds and KiB. */
  lagMs = 0;
  memoryKiB = 0;

  private constructor(folder: string, httpPort: number) {
    this.#folder = folder;
    this.#httpPort = httpPort;
  }

  /** Makes the configuration, and a store in which so many users have their key pairs. */
  static async prepare(
    folder: string,
    ports: { readonly component: number; readonly silc: readonly [string, number] },
    users: number,
  ): Promise<GatewaySide> {
    if (!existsSync(join(DIST, 'main.js'))) throw new Error('no build in dist: npm run build');
    const httpPort = await freePort();
    const [host, port] = ports.silc;
    const configuration = {
      component: { domain: DOMAIN, port: ports.component, secret: SECRET },
      networks: { storm: { default: true, servers: [{ host, port }] } },
      store: { url: 'sqlite:gateway.db' },
      limits: { sessions: 20_000, new_users_per_hour: 1_000_000 },
      http: { listen: `127.0.0.1:${httpPort}` },
      log: { level: 'warn' },
    };
    writeFileSync(join(folder, 'gateway.yaml'), JSON.stringify(configuration), { mode: 0o600 });
    await makeStore(DIST, `sqlite:${join(folder, 'gateway.db')}`, users);
    return new GatewaySide(folder, httpPort);
  }

  async start(server: ComponentServer): Promise<void> {
    const attached = server.attached();
    const args = [join(DIST, 'main.js'), 'run', '-c', join(this.#folder, 'gateway.yaml')];
    this.#child = await startProgram(process.execPath, args, join(this.#folder, 'gateway.log'));
    await whileAlive(this.#child, attached, READY_MS);
    this.#timer = setInterval(() => void this.#measure(), POLL_MS);
  }

  /** SIGTERM, and the end of the process. @throws when it does not end by itself */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    const child = this.#child?.process;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('the gateway does not end')), STOP_MS);
      child.once('exit', () => {
        clearTimeout(timer);
        resolve();
      });
      child.kill('SIGTERM');
    });
    await checkGatewayFolder(this.#folder);
  }

  /** The end of what it logged. */
  log(): string {
    return this.#child?.output() ?? '';
  }

  async #measure(): Promise<void> {
    const rss = memory(this.#child?.pid ?? 0).rss;
    if (rss > this.memoryKiB) this.memoryKiB = rss;
    try {
      const response = await fetch(`http://127.0.0.1:${this.#httpPort}/metrics`);
      // Since it was asked for last.
      const seconds = /^nodejs_eventloop_lag_max_seconds ([\d.e-]+)$/m.exec(await response.text())?.[1];
      this.lagMs = Math.max(this.lagMs, 1_000 * Number(seconds ?? 0));
    } catch {
      // It is being stopped or started.
    }
  }
}
