import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { reply, startModule, startProgram, whileAlive, type Child } from '../../bench/gateway/children.js';
import { connectSession } from '../../src/silc/client/connect.js';
import type { SilcSession } from '../../src/silc/client/types.js';
import { JabberServer, SECRET } from '../faults/jabber-server.js';
import { Trace } from '../faults/trace.js';
import { EventLog } from '../support/session-events.js';
import { keyPairNamed } from '../support/silc-world.js';
import { RoomClient } from './room-client.js';
import { checkGatewayFolder } from '../support/log-watch.js';

const DOMAIN = 'silc.crash.test';
const LIMIT_MS = 60_000;
const LOOK_MS = 25;
const DIST = fileURLToPath(new URL('../../dist', import.meta.url));

export const CHANNELS = ['lounge', 'kitchen', 'garden'] as const;

/** A native SILC user on all channels. */
export interface Native {
  readonly name: string;
  readonly session: SilcSession;
  readonly log: EventLog;
}

/** The built gateway in a process of its own, a SILC server in another one, and everybody who is between them. */
export class CrashWorld {
  readonly clients: readonly RoomClient[];
  readonly natives: Native[] = [];
  readonly #server: JabberServer;
  readonly #folder = mkdtempSync(join(tmpdir(), 'gateway-crash-'));
  #silc: Child | undefined;
  #gateway: Child | undefined;

  private constructor(server: JabberServer) {
    this.#server = server;
    // Four users; the first one has two clients in a room, the others are in several rooms with one each.
    this.clients = [
      ['alice', 'phone', 0],
      ['alice', 'desk', 0],
      ['alice', 'phone', 1],
      ['carol', 'x', 0],
      ['carol', 'x', 2],
      ['dave', 'x', 0],
      ['dave', 'x', 1],
      ['erin', 'x', 2],
    ].map(([user, resource, channel]) => {
      const name = CHANNELS[Number(channel)] ?? CHANNELS[0];
      return new RoomClient(server, String(user), `${String(resource)}${String(channel)}`, name, DOMAIN);
    });
  }

  static async start(): Promise<CrashWorld> {
    const server = new JabberServer({ domain: DOMAIN, keepsOldComponent: false, trace: new Trace() });
    await server.start();
    const world = new CrashWorld(server);
    try {
      await world.#startAll();
    } catch (error) {
      await world.close();
      throw error;
    }
    return world;
  }

  /** Resolves when it is attached. */
  async startGateway(): Promise<void> {
    const { stream } = this.#server;
    if (stream !== undefined) await this.until(() => this.#server.stream === undefined);
    const args = [join(DIST, 'main.js'), 'run', '-c', join(this.#folder, 'gateway.yaml')];
    const gateway = await startProgram(process.execPath, args, join(this.#folder, 'gateway.log'));
    this.#gateway = gateway;
    await whileAlive(gateway, this.#attached(), LIMIT_MS);
  }

  /** Ends the gateway. @returns its exit code */
  async endGateway(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null> {
    const child = this.#gateway?.process;
    if (child === undefined) return null;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    await ended;
    await this.until(() => this.#server.stream === undefined);
    return child.exitCode;
  }

  /** The end of what the gateway has printed. */
  output(): string {
    return this.#gateway?.output() ?? '';
  }

  /** @returns whether it came true in time */
  async until(isSo: () => boolean, limitMs = LIMIT_MS): Promise<boolean> {
    const end = performance.now() + limitMs;
    while (!isSo()) {
      if (performance.now() > end) return false;
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
    return true;
  }

  async close(): Promise<void> {
    for (const client of this.clients) client.close();
    // For good: a SILC server that goes on would keep detached sessions.
    this.#gateway?.process.kill('SIGINT');
    await this.until(() => this.#server.stream === undefined, 10_000);
    await this.#gateway?.stop();
    for (const { session } of this.natives) session.destroy();
    await this.#silc?.stop();
    await this.#server.close();
    await checkGatewayFolder(this.#folder);
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #attached(): Promise<void> {
    if (!(await this.until(() => this.#server.stream !== undefined))) throw new Error('not attached in time');
  }

  async #startSilcServer(): Promise<{ host: string; port: number }> {
    this.#silc = await startModule('./silc-server.ts', [], join(this.#folder, 'silc.log'));
    return { host: '127.0.0.1', ...(await reply<{ port: number }>(this.#silc, LIMIT_MS)) };
  }

  async #startAll(): Promise<void> {
    const { host, port } = foreignServer() ?? (await this.#startSilcServer());
    const config = {
      component: { domain: DOMAIN, port: this.#server.port, secret: SECRET },
      networks: { crash: { default: true, servers: [{ host, port }] } },
      store: { url: 'sqlite:gateway.db' },
      users: { key_bits: 1024 },
      timeouts: { connect_spacing_ms: 0 },
      log: { level: 'info' },
    };
    writeFileSync(join(this.#folder, 'gateway.yaml'), JSON.stringify(config), { mode: 0o600 });
    for (const name of ['nora', 'otto']) {
      const session = await connectSession({
        host,
        port,
        keyPair: keyPairNamed(name),
        nickname: name,
        username: name,
        verifyServerKey: () => true,
      });
      this.natives.push({ name, session, log: new EventLog(session) });
      for (const channel of CHANNELS) await session.join(channel);
    }
    await this.startGateway();
    for (const client of this.clients) client.join();
    if (!(await this.until(() => this.clients.every(({ isIn }) => isIn)))) throw new Error('not all got in');
  }
}

/** The silcd that `SILC_INTEROP` names. */
function foreignServer(): { host: string; port: number } | undefined {
  const [host, port] = process.env.SILC_INTEROP?.split(':') ?? [];
  return host === undefined || port === undefined ? undefined : { host, port: Number(port) };
}
