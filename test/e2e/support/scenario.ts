import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import { describe, test, vi } from 'vitest';
import { parseConfig } from '../../../src/app/config/load.js';
import { createLog } from '../../../src/observe/log.js';
import { LogWatch } from '../../support/log-watch.js';
import { startService, type Service } from '../../../src/app/service.js';
import type { StopMode } from '../../../src/gateway/gateway.js';
import type { SilcSession } from '../../../src/silc/client/types.js';
import { EventLog } from '../../support/session-events.js';
import { TcpProxy } from '../../support/tcp-proxy.js';
import type { SilcWorld } from '../../support/silc-world.js';
import { startSilcWorld, type SilcWorldOptions, type WorldClientOptions } from '../../support/silc-world.js';
import {
  chosenServers,
  JABBER_SERVERS,
  startJabberServer,
  type JabberServer,
  type JabberServerKind,
  type PrivateJabberServer,
} from './jabber-server.js';
import { GatewayProcess } from './gateway-process.js';
import { JabberUser, type LoginOptions } from './jabber-user.js';
import { NOT_ON_JABBERD2 } from './not-on-jabberd2.js';
import { gatewayDomain, sharedJabberServer } from './shared-server.js';

/** To find what fails once in a while: `E2E_REPEATS=20` runs each scenario so many times more. */
const REPEATS = Number(process.env['E2E_REPEATS'] ?? 0);

/** A native SILC user of a scenario: the session, and everything that it saw. */
export interface NativeUser {
  readonly session: SilcSession;
  readonly log: EventLog;
}

/** What differs from the plain scenario. */
export interface ScenarioOptions {
  readonly silc?: SilcWorldOptions;
  /** Laid over the gateway's configuration, section by section. */
  readonly config?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Name of a second network, with an embedded SILC server of its own: `world.other`. */
  readonly otherNetwork?: string;
  /** `world.other` is a second server of the default network, which knows nothing of the first. */
  readonly hasSecondServer?: boolean;
  /** Who alone may use the default network. */
  readonly networkAccess?: readonly string[];
  /** The gateway reaches the SILC server through `world.proxy`. */
  readonly isProxied?: boolean;
  /** The gateway reaches the Jabber server through `world.jabberProxy`. */
  readonly isJabberProxied?: boolean;
  readonly timeoutMs?: number;
}

/** Fresh state for one scenario: embedded SILC server, gateway with an empty store, users; and a Jabber server. */
export class ScenarioWorld {
  readonly kind: JabberServerKind;
  readonly server: JabberServer;
  readonly silc: SilcWorld;
  /** The gateway's domain. */
  readonly gw = gatewayDomain();
  readonly #other: SilcWorld | undefined;
  readonly #proxy: TcpProxy | undefined;
  readonly #options: ScenarioOptions;
  readonly #folder = mkdtempSync(join(tmpdir(), 'gateway-scenario-'));
  #service: Service | undefined;
  /** Of `writeConfiguration`. */
  #written: string | undefined;
  #jabberProxy: TcpProxy | undefined;
  #process: GatewayProcess | undefined;
  /** All that the gateways of the scenario log. */
  readonly #log = new LogWatch();

  private constructor(
    server: JabberServer,
    silc: SilcWorld,
    other: SilcWorld | undefined,
    proxy: TcpProxy | undefined,
    options: ScenarioOptions,
  ) {
    this.kind = server.kind;
    this.server = server;
    this.silc = silc;
    this.#other = other;
    this.#proxy = proxy;
    this.#options = options;
  }

  static async start(server: JabberServer, options: ScenarioOptions): Promise<ScenarioWorld> {
    const silc = await startSilcWorld(options.silc);
    const hasOther = options.otherNetwork !== undefined || options.hasSecondServer === true;
    const other = hasOther ? await startSilcWorld(options.silc) : undefined;
    const proxy = options.isProxied === true ? await TcpProxy.listen(silc.port) : undefined;
    const world = new ScenarioWorld(server, silc, other, proxy, options);
    try {
      if (options.isJabberProxied === true) {
        world.#jabberProxy = await TcpProxy.listen(server.componentPort);
      }
      await world.startGateway();
    } catch (error) {
      await world.close();
      throw error;
    }
    return world;
  }

  /** The second network, of the option `otherNetwork`; or the second server. */
  get other(): SilcWorld {
    if (this.#other === undefined) throw new Error('the scenario has one SILC server only');
    return this.#other;
  }

  /** Between the gateway and the SILC server, of the option `isProxied`. */
  get proxy(): TcpProxy {
    if (this.#proxy === undefined) throw new Error('the scenario has no proxy');
    return this.#proxy;
  }

  /** File of the gateway's database. */
  get storePath(): string {
    return join(this.#folder, 'gateway.db');
  }

  /** Between the gateway and the Jabber server, of the option `isJabberProxied`. */
  get jabberProxy(): TcpProxy {
    if (this.#jabberProxy === undefined) throw new Error('the scenario has no proxy to the Jabber server');
    return this.#jabberProxy;
  }

  /** JID of the room of a channel on the default network. */
  room(channel: string): string {
    return `${channel}@${this.gw}`;
  }

  /** JID of a SILC user on the default network. */
  silcUser(nickname: string): string {
    return `${nickname}!@${this.gw}`;
  }

  /** A Jabber user with one client; the same name with another resource is a second client of the same user. */
  user(options: LoginOptions = {}): Promise<JabberUser> {
    return JabberUser.login(this.server, options);
  }

  /** A SILC user with a native client. */
  async native(nickname: string, options: WorldClientOptions = {}): Promise<NativeUser> {
    const session = await this.silc.client(nickname, options);
    return { session, log: new EventLog(session) };
  }

  /** The gateway again, with the store that it had. */
  async startGateway(): Promise<void> {
    const read = (): ReturnType<typeof parseConfig> =>
      parseConfig(this.#written ?? JSON.stringify(this.#configuration()), join(this.#folder, 'gateway.yaml'));
    const config = read();
    this.#log.configuration(config);
    const isShown = process.env['E2E_LOG'] !== undefined;
    const log = await createLog({ level: 'debug', format: 'pretty' }, isShown ? undefined : this.#log);
    this.#service = await startService(config, log, read);
  }

  /** What stands in the file of the configuration from now on, when it is read again. */
  writeConfiguration(sections: Readonly<Record<string, Readonly<Record<string, unknown>>>> | string): void {
    if (typeof sections === 'string') this.#written = sections;
    else {
      const all = this.#configuration();
      for (const [section, values] of Object.entries(sections)) all[section] = { ...all[section], ...values };
      this.#written = JSON.stringify(all);
    }
    // Of a process of its own.
    if (this.#process !== undefined) writeFileSync(this.#configurationFile, this.#written);
  }

  get #configurationFile(): string {
    return join(this.#folder, 'gateway.yaml');
  }

  /** The same in a process of its own, which can be killed. */
  async startGatewayProcess(): Promise<GatewayProcess> {
    const file = this.#configurationFile;
    writeFileSync(file, JSON.stringify(this.#configuration()), { mode: 0o600 });
    this.#log.configuration(this.#configuration());
    this.#process = await GatewayProcess.start(file, this.#log);
    return this.#process;
  }

  #configuration(): Record<string, Record<string, unknown>> {
    const { otherNetwork, networkAccess, hasSecondServer = false } = this.#options;
    const servers = [{ host: this.silc.host, port: this.#proxy?.port ?? this.silc.port }];
    if (hasSecondServer) servers.push({ host: this.other.host, port: this.other.port });
    const base: Record<string, Record<string, unknown>> = {
      component: {
        domain: this.gw,
        host: this.server.host,
        port: this.#jabberProxy?.port ?? this.server.componentPort,
        secret: this.server.secret,
      },
      networks: {
        test: {
          default: true,
          servers,
          ...(networkAccess === undefined ? {} : { access: { allow: networkAccess } }),
        },
      },
      store: { url: 'sqlite:gateway.db' },
      // Small keys and no spacing: what is tested here does not depend on them.
      users: { key_bits: 1024 },
      timeouts: { connect_spacing_ms: 0 },
      // What is said again to who comes back would be taken for said twice.
      history: { days: 0 },
    };
    if (otherNetwork !== undefined) {
      const networks = { [otherNetwork]: { servers: [{ host: this.other.host, port: this.other.port }] } };
      base['networks'] = { ...base['networks'], ...networks };
    }
    for (const [section, values] of Object.entries(this.#options.config ?? {})) {
      base[section] = { ...base[section], ...values };
    }
    return base;
  }

  /** The address that a client reads in a message to the bare JID: jabberd2 writes that of the client over it. */
  shownAs({ bare, full }: Pick<JabberUser, 'bare' | 'full'>): string {
    return this.kind === 'jabberd2' ? full : bare;
  }

  /** Resolves when the gateway's process has stored who is where as it is now. */
  async stored(): Promise<void> {
    const now = Date.now();
    const database = new Database(join(this.#folder, 'gateway.db'), { readonly: true });
    const query = database.prepare("SELECT CAST(value AS TEXT) AS alive FROM meta WHERE name = 'alive'");
    const alive = (): number => Number((query.get() as { alive: string } | undefined)?.alive);
    await vi.waitUntil(() => alive() > now, { timeout: 20_000, interval: 50 });
    database.close();
  }

  /** As SIGINT does it, or (`suspend`) as SIGTERM. */
  async stopGateway(mode: StopMode = 'leave'): Promise<void> {
    const service = this.#service;
    this.#service = undefined;
    await service?.stop(mode);
  }

  /** @throws where a secret stands in what the gateways have logged. To be called when the world is closed. */
  checkLog(): void {
    this.#log.check();
  }

  async close(): Promise<void> {
    await JabberUser.logoutAll();
    await this.stopGateway();
    await this.#process?.kill();
    await this.#proxy?.close();
    await this.#jabberProxy?.close();
    await this.silc.close();
    await this.#other?.close();
    // A store that the scenario has broken has nothing that could be looked for.
    const file = this.storePath;
    if (existsSync(file)) await this.#log.store(`sqlite:${file}`, `${file}.key`).catch(() => undefined);
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** One scenario of the contract, run on each Jabber server with fresh state. */
export function scenario(title: string, run: Scenario, options: ScenarioOptions = {}): void {
  scenarioOn(chosenServers(JABBER_SERVERS), title, run, options);
}

/** The same, on jabberd2 too, in the share of it that always runs. */
export function scenarioEverywhere(title: string, run: Scenario, options: ScenarioOptions = {}): void {
  scenarioOn(chosenServers([...JABBER_SERVERS, 'jabberd2']), title, run, options);
}

type Scenario = (world: ScenarioWorld) => Promise<void>;

function scenarioOn(
  kinds: readonly JabberServerKind[],
  title: string,
  run: Scenario,
  options: ScenarioOptions,
): void {
  describe.each(kinds)('on %s', (kind) => {
    test.skipIf(isLeftOut(kind, title))(
      title,
      { repeats: REPEATS, timeout: options.timeoutMs ?? 150_000 },
      async () => {
        const world = await ScenarioWorld.start(sharedJabberServer(kind), options);
        try {
          await run(world);
        } finally {
          await world.close();
        }
        world.checkLog();
      },
    );
  });
}

/** The same with a Jabber server that the scenario may stop and start. */
export function scenarioWithOwnServer(
  title: string,
  run: (world: ScenarioWorld, server: PrivateJabberServer) => Promise<void>,
  options: ScenarioOptions = {},
): void {
  describe.each(chosenServers(JABBER_SERVERS))('on %s', (kind) => {
    test.skipIf(isLeftOut(kind, title))(
      title,
      { repeats: REPEATS, timeout: options.timeoutMs ?? 120_000 },
      async () => {
        const server = await startJabberServer(kind);
        try {
          const world = await ScenarioWorld.start(server, options);
          try {
            await run(world, server);
          } finally {
            await world.close();
          }
          world.checkLog();
        } finally {
          await server.stop();
        }
      },
    );
  });
}

function isLeftOut(kind: JabberServerKind, title: string): boolean {
  return kind === 'jabberd2' && NOT_ON_JABBERD2.has(title);
}
