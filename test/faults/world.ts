import { DEFAULT_RATES } from '../../src/gateway/quotas/rates.js';
import { createComponentLink } from '../../src/component/link.js';
import type { ComponentLink } from '../../src/component/types.js';
import type { GatewayConfig } from '../../src/gateway/config-types.js';
import { Gateway } from '../../src/gateway/gateway.js';
import { connectSession } from '../../src/silc/client/connect.js';
import type { SilcSession } from '../../src/silc/client/types.js';
import { nodeBackend } from '../../src/silc/crypto/backend-node.js';
import { encodeKeyPair } from '../../src/silc/crypto/key-pair.js';
import { SilcCommandError } from '../../src/silc/errors.js';
import { openStore } from '../../src/store/open.js';
import type { Store } from '../../src/store/types.js';
import { cheapProposal } from '../support/connections.js';
import { keyPairNamed, SilcWorld } from '../support/silc-world.js';
import { FaultProxy } from './fault-proxy.js';
import { JabberServer, SECRET } from './jabber-server.js';
import { JabberUser } from './jabber-user.js';
import { Ledger } from './ledger.js';
import type { Cast } from './schedule.js';
import { SilcUser } from './silc-user.js';
import type { Trace } from './trace.js';

const DOMAIN = 'gw.test';

/** A SILC server that is there already. */
export interface ForeignServer {
  readonly host: string;
  readonly port: number;
}

/** The gateway, what it stands between, the proxies, and everybody who talks. Everything in one process. */
export class World {
  readonly jabberProxy: FaultProxy;
  readonly silcProxy: FaultProxy;
  readonly jabberServer: JabberServer;
  readonly jabberUsers: readonly JabberUser[];
  readonly silcUsers: readonly SilcUser[];
  readonly ledger: Ledger;
  /** What must not happen. */
  readonly faults: string[];
  readonly channels: readonly string[];
  /** Undefined where the server is a foreign one. */
  readonly silcWorld: SilcWorld | undefined;
  readonly link: ComponentLink;
  readonly #address: ForeignServer;
  readonly #gateway: Gateway;
  readonly #store: Store;
  #oracle: SilcSession | undefined;

  /** @param word stands in the names of this run on a foreign server */
  static async start(
    cast: Cast,
    trace: Trace,
    foreign: ForeignServer | undefined,
    word: string,
  ): Promise<World> {
    const silcWorld = foreign === undefined ? await SilcWorld.start() : undefined;
    const address = foreign ?? { host: '127.0.0.1', port: silcWorld?.port ?? 0 };
    const { keepsOldComponent } = cast;
    const jabberServer = new JabberServer({ domain: DOMAIN, keepsOldComponent, trace });
    await jabberServer.start();
    const world = new World({
      ...{ cast, trace, silcWorld, address, jabberServer, word },
      jabberProxy: await FaultProxy.listen({ host: '127.0.0.1', port: jabberServer.port }),
      silcProxy: await FaultProxy.listen(address),
      store: await openStore({ url: 'sqlite::memory:' }),
    });
    for (const user of new Set(cast.clients.map((client) => client.user))) {
      const keyPair = encodeKeyPair(keyPairNamed(user));
      await world.#store.identities.add(`${user}@jabber.test`, keyPair);
    }
    await world.#gateway.start();
    return world;
  }

  private constructor(parts: {
    readonly cast: Cast;
    readonly trace: Trace;
    readonly silcWorld: SilcWorld | undefined;
    readonly address: ForeignServer;
    readonly jabberServer: JabberServer;
    readonly jabberProxy: FaultProxy;
    readonly silcProxy: FaultProxy;
    readonly store: Store;
    readonly word: string;
  }) {
    const { cast, trace, silcWorld, address, jabberServer, jabberProxy, silcProxy, store, word } = parts;
    this.jabberServer = jabberServer;
    this.jabberProxy = jabberProxy;
    this.silcProxy = silcProxy;
    this.silcWorld = silcWorld;
    this.#address = address;
    this.#store = store;
    this.channels = cast.channels.map((channel) => `${channel}${word}`);
    const faults: string[] = [];
    this.faults = faults;
    const named = (rooms: readonly number[]): string[] => rooms.map((room) => this.channels[room] ?? '');
    const arrived = new Set<string>();
    const ledger = (): Ledger => this.ledger;
    this.jabberUsers = cast.clients.map(
      ({ user, resource, rooms }) =>
        new JabberUser(
          `${user}@jabber.test/${resource}`,
          `${user}${word}`,
          named(rooms),
          {
            ...{ server: jabberServer, ledger, trace, domain: DOMAIN },
            hasArrived: (id) => arrived.has(id),
          },
          faults,
        ),
    );
    this.silcUsers = cast.silcUsers.map(
      ({ name, rooms }) =>
        new SilcUser(name, `${name}${word}`, named(rooms), {
          connection: { ...address, keyPair: keyPairNamed(name), proposal: cheapProposal },
          ...{ ledger, trace },
        }),
    );
    this.ledger = new Ledger([...this.jabberUsers, ...this.silcUsers]);
    const link = createComponentLink({
      ...{ domain: DOMAIN, host: '127.0.0.1', port: jabberProxy.port, secret: SECRET },
      backoff: { minMs: 60, maxMs: 400, stableMs: 500, conflictMs: 200, refusedMs: 400 },
      limits: {
        watchdog: { proofMs: 150, idleMs: 500, pingMs: 900, mutePingMs: 900 },
        attemptMs: 700,
        requestMs: 2_000,
      },
    });
    // What got here is known to the model: it must be answered.
    const onStanza = link.onStanza.bind(link);
    link.onStanza = (handler) =>
      onStanza((stanza) => {
        if (stanza.attrs.id !== undefined) arrived.add(stanza.attrs.id);
        handler(stanza);
      });
    this.link = link;
    this.#gateway = new Gateway({
      ...{ link, store, backend: nodeBackend, config: configOf(cast, silcProxy.port) },
      reconnect: { minMs: 80, maxMs: 400, stableMs: 1_000 },
      confirmMs: 1_500,
      host: {
        connect: (options) =>
          connectSession({
            ...options,
            proposal: cheapProposal,
            timeoutMs: 3_000,
            commandTimeoutMs: 4_000,
            liveness: { intervalMs: 400, dueMs: 100, timeoutMs: 600 },
          }),
      },
      log: {
        debug: (fields, text) => trace.note('gateway', `${text} ${brief(fields)}`),
        info: (fields, text) => trace.note('gateway', `${text} ${brief(fields)}`),
        warn: (fields, text) => trace.note('gateway', `${text} ${brief(fields)}`),
        error: (fields, text) => {
          trace.note('gateway', `${text} ${brief(fields)}`);
          const { err } = fields as { err?: unknown };
          faults.push(`internal error: ${text} ${err instanceof Error ? (err.stack ?? '') : brief(fields)}`);
        },
      },
    });
  }

  /** Nicknames of who is on a channel, as the server lists them. @throws SilcError when the server is not there */
  async listed(channel: string): Promise<readonly string[]> {
    if (this.#oracle?.state !== 'ready') {
      this.#oracle = await connectSession({
        ...this.#address,
        ...{ keyPair: keyPairNamed('oracle'), proposal: cheapProposal },
        ...{ nickname: 'oracle', username: 'oracle', verifyServerKey: () => true },
      });
    }
    try {
      const users = await this.#oracle.lookup.users({ channelName: channel }, { resolve: true });
      return (users?.members ?? []).map(({ user }) => user.nickname ?? user.clientId).sort();
    } catch (error) {
      // There is no such channel.
      if (error instanceof SilcCommandError) return [];
      throw error;
    }
  }

  /** Who has to be on a channel. */
  expected(channel: string): readonly string[] {
    const local = new Map<string, string>();
    for (const client of this.jabberUsers) {
      const nick = client.nickIn(channel);
      if (nick !== undefined) local.set(client.full.split('/', 1)[0] ?? '', nick);
    }
    const silc = this.silcUsers.filter((user) => user.wanted.has(channel)).map(({ nick }) => nick);
    return [...local.values(), ...silc].sort();
  }

  async stopGateway(): Promise<void> {
    await this.#gateway.stop();
  }

  async close(): Promise<void> {
    for (const user of [...this.jabberUsers, ...this.silcUsers]) user.stop();
    this.#oracle?.destroy();
    await this.#gateway.stop();
    await this.#store.close();
    await this.jabberServer.close();
    await this.jabberProxy.close();
    await this.silcProxy.close();
    await this.silcWorld?.close();
  }
}

function configOf({ graceMs, rejoinMs }: Cast, port: number): GatewayConfig {
  return {
    networks: {
      net: { default: true, servers: [{ host: '127.0.0.1', port }], auth: { method: 'none' } },
    },
    access: { allow: [], deny: [], admins: [] },
    texts: { language: 'en' },
    users: { username: 'jabber', real_name: 'Jabber user', key_bits: 1024 },
    limits: {
      sessions: 100,
      rooms_per_user: 10,
      rooms: 1_000,
      key_pairs: 1_000,
      resources_per_user: 5,
      new_users_per_hour: 1_000,
      rates: DEFAULT_RATES,
    },
    rooms: { founder_keys: true, founder_keys_per_user: 100, retractions_on_silc: true },
    history: { days: 0 },
    sessions: { stay: false, stay_days: 30 },
    files: {
      upload: 'off',
      max_octets: 1_000,
      pictures_to_silc: false,
      transfers: { accept: true, offer: true, private_addresses: false },
    },
    timeouts: {
      ...{ join_ms: 6_000, grace_ms: graceMs, rejoin_ms: rejoinMs },
      ...{ idle_ms: 1_000, connect_spacing_ms: 0 },
    },
  };
}

function brief(fields: object): string {
  return JSON.stringify(fields, (_, value: unknown) => (value instanceof Error ? value.message : value));
}
