import { noMetrics } from '../../../src/gateway/metrics-types.js';
import { vi } from 'vitest';
import { Gateway } from '../../../src/gateway/gateway.js';
import type { GatewayGauge } from '../../../src/gateway/metrics-types.js';
import { roleAndAffiliationOf } from '../../../src/mapping/affiliation.js';
import { connectSession } from '../../../src/silc/client/connect.js';
import type { ConnectOptions, SilcSession } from '../../../src/silc/client/types.js';
import { nodeBackend } from '../../../src/silc/crypto/backend-node.js';
import { encodeKeyPair } from '../../../src/silc/crypto/key-pair.js';
import { SilcCommandError, SilcError } from '../../../src/silc/errors.js';
import { connectTcp } from '../../../src/silc/tcp.js';
import { cheapProposal } from '../../support/connections.js';
import { keyPairNamed, SilcWorld } from '../../support/silc-world.js';
import { type BreakableStream, breakable } from './breakable.js';
import { FakeLink } from './fake-link.js';
import { MucClient } from './muc-client.js';
import { memoryStore, testConfig } from './world.js';
import { watchedLog } from '../../support/secrets/log.js';

/** What the world tells of a channel. */
export interface Truth {
  readonly topic: string;
  /** Nickname, affiliation, role. */
  readonly members: readonly {
    readonly clientId: string;
    readonly nickname: string;
    readonly affiliation: string;
    readonly role: string;
  }[];
}

interface Link {
  readonly session: SilcSession;
  readonly stream: BreakableStream;
}

export const GRACE_MS = 20_000;
/** Time passes by so much at once; in between everything that waits for no clock goes on. */
const STEP_MS = 250;
/** Turns of the real clock that are waited for whatever is under way before time goes on all the same. */
const MAX_TURNS = 2_000;

// Taken before a test replaces it: sockets and key exchanges take real time.
const realTimeout = globalThis.setTimeout;
const turn = (): Promise<void> => new Promise((resolve) => realTimeout(resolve, 0));

/** A gateway between Jabber clients and an embedded SILC server, with SILC users beside them. Wants fake time. */
export class AgreementWorld {
  readonly link = new FakeLink();
  readonly clients: readonly MucClient[];
  /** What must not happen. */
  readonly faults: string[] = [];
  readonly gauges: Record<GatewayGauge, number> = { sessions: 0, rooms: 0, resources: 0, archive_queue: 0 };
  /** The newest session of each local user, by user name. */
  readonly links = new Map<string, Link>();
  readonly natives = new Map<string, SilcSession>();
  readonly #silc: SilcWorld;
  readonly #gateway: Gateway;
  readonly #byAddress: ReadonlyMap<string, MucClient>;
  readonly #ghosts: BreakableStream[] = [];
  readonly #work = new Set<Promise<unknown>>();
  readonly #coming = new Map<string, Promise<SilcSession>>();
  #connecting = 0;
  #salt = 0;
  #oracle: SilcSession | undefined;
  #received = 0;

  static async start(fulls: readonly string[]): Promise<AgreementWorld> {
    const world = new AgreementWorld(await SilcWorld.start(), fulls);
    await world.#gateway.start();
    return world;
  }

  private constructor(silc: SilcWorld, fulls: readonly string[]) {
    this.#silc = silc;
    this.clients = fulls.map((full) => new MucClient(full, this.faults));
    this.#byAddress = new Map(this.clients.map((client) => [client.full, client]));
    const store = memoryStore();
    for (const { bare } of this.clients) {
      void store.identities.add(bare, encodeKeyPair(keyPairNamed(bare.split('@', 1)[0] ?? '')));
    }
    const config = testConfig({
      networks: {
        net: {
          default: true,
          servers: [{ host: silc.host, port: silc.port }],
          auth: { method: 'none' },
        },
      },
      timeouts: {
        ...{ join_ms: 30_000, grace_ms: GRACE_MS, rejoin_ms: 60_000, idle_ms: 600_000 },
        connect_spacing_ms: 0,
      },
    });
    const log = watchedLog({
      error: (fields) => void this.faults.push(`internal error: ${describe(fields)}`),
    });
    this.#gateway = new Gateway({
      ...{ config, link: this.link, store, backend: nodeBackend, log },
      host: { connect: (options) => this.#connect(options) },
      metrics: {
        ...noMetrics,
        increment: (counter) => {
          if (counter === 'handler_errors') this.faults.push(counter);
        },
        adjust: (gauge, by) => void (this.gauges[gauge] += by),
      },
    });
  }

  async #connect(options: ConnectOptions): Promise<SilcSession> {
    const user = userOf(options);
    this.#connecting++;
    try {
      const socket = await connectTcp(this.#silc.host, this.#silc.port, options.signal);
      const stream = breakable(socket, ++this.#salt);
      const session = await connectSession({ ...options, proposal: cheapProposal, stream });
      this.links.set(user, { session, stream });
      return session;
    } finally {
      this.#connecting--;
    }
  }

  /** A stanza from a client; all that came before it is known to the clients. */
  send(text: string): void {
    this.drain();
    this.link.receive(text);
    this.drain();
  }

  /** Gives the clients what was sent to them. */
  drain(): void {
    for (const stanza of this.link.take()) {
      this.#received++;
      const client = this.#byAddress.get(stanza.attrs.to ?? '');
      if (client !== undefined) client.receive(stanza);
      else this.faults.push(`to nobody: ${stanza.toString()}`);
    }
  }

  /** Something that a SILC user does; it may fail as SILC lets it fail. */
  track(work: Promise<unknown>): void {
    const done = work
      .catch((error: unknown) => {
        if (!(error instanceof SilcError)) this.faults.push(`not an error of SILC: ${describe({ error })}`);
      })
      .finally(() => this.#work.delete(done));
    this.#work.add(done);
  }

  /** A SILC user's session; a new one where it has none that is open. */
  native(name: string): Promise<SilcSession> {
    const known = this.natives.get(name);
    if (known?.state === 'ready') return Promise.resolve(known);
    const coming = this.#coming.get(name) ?? this.#connectNative(name);
    this.#coming.set(name, coming);
    const done = (): void => void this.#coming.delete(name);
    coming.then(done, done);
    return coming;
  }

  async #connectNative(name: string): Promise<SilcSession> {
    const stream = breakable(
      await connectTcp(this.#silc.host, this.#silc.port, AbortSignal.timeout(20_000)),
      ++this.#salt,
    );
    const session = await this.#silc.client(name, { stream, proposal: cheapProposal });
    this.natives.set(name, session);
    return session;
  }

  /** The link of a user breaks. @param isNoticed whether the server notices at once */
  cut(user: string, isNoticed: boolean): void {
    const stream = this.links.get(user)?.stream;
    if (isNoticed) stream?.cut();
    else if (stream !== undefined) {
      stream.lose();
      this.#ghosts.push(stream);
    }
  }

  /** The server crashes, and is there again at once, without memory. */
  async restart(): Promise<void> {
    this.#silc.server.dropConnections();
    await this.passing(this.#silc.stopServer());
    await this.#silc.startServer();
  }

  /** A clock never stands still: what nobody has heard has a length. */
  async tick(): Promise<void> {
    await vi.advanceTimersByTimeAsync(1);
  }

  /** Lets whatever is under way go on, time in small steps with it, until `work` is done. */
  async passing<T>(work: Promise<T>): Promise<T> {
    const state = { isDone: false };
    const settled = (): void => void (state.isDone = true);
    work.then(settled, settled);
    for (let turns = 0; !state.isDone; turns++) {
      await turn();
      // Slowly: sockets and key exchanges take real time.
      if (turns % 20 === 19) await vi.advanceTimersByTimeAsync(STEP_MS);
    }
    return work;
  }

  /** All packets that are on their way arrive. */
  async quiet(): Promise<void> {
    for (let round = 0, silent = 0; silent < 3 && round < 200; round++) {
      const before = this.#received;
      const open = [...this.links.values()].map(({ session }) => session);
      const sessions = [...open, ...this.natives.values()].filter(({ state }) => state === 'ready');
      await this.passing(Promise.allSettled(sessions.map((session) => session.ping())));
      for (let turns = 0; turns < 3; turns++) await turn();
      this.drain();
      silent = before === this.#received && this.#work.size === 0 ? silent + 1 : 0;
    }
  }

  /** Everything that waits for a clock or the network comes to its end: broken links are restored or given up. */
  async settle(): Promise<void> {
    for (const ghost of this.#ghosts.splice(0)) ghost.cut();
    await this.passing(Promise.all(this.#work));
    for (let passed = 0; passed < GRACE_MS + 5_000; passed += STEP_MS) {
      await vi.advanceTimersByTimeAsync(STEP_MS);
      for (let turns = 0; turns < 2 || (this.#connecting > 0 && turns < MAX_TURNS); turns++) await turn();
    }
    await this.quiet();
  }

  /** What the server says of a channel; undefined where there is none. */
  async truth(channel: string): Promise<Truth | undefined> {
    if (this.#oracle?.state !== 'ready') {
      this.#oracle = await this.passing(this.#silc.client('oracle', { proposal: cheapProposal }));
    }
    const { lookup } = this.#oracle;
    try {
      const users = await this.passing(lookup.users({ channelName: channel }, { resolve: true }));
      if (users === undefined) return undefined;
      const listed = await this.passing(this.#oracle.list());
      return {
        topic: listed.find(({ name }) => name === channel)?.topic ?? '',
        members: users.members.map(({ user, mode }) => ({
          ...{ clientId: user.clientId, nickname: user.nickname ?? '?' },
          ...roleAndAffiliationOf(mode, 0),
        })),
      };
    } catch (error) {
      if (error instanceof SilcCommandError) return undefined;
      throw error;
    }
  }

  async stop(): Promise<void> {
    await this.passing(this.#gateway.stop());
    await this.passing(this.#silc.close());
  }
}

function userOf({ keyPair }: ConnectOptions): string {
  return keyPair.publicKey.identifier.UN;
}

function describe(fields: object): string {
  const [error] = Object.values(fields).filter((value) => value instanceof Error);
  return error?.stack ?? JSON.stringify(fields);
}
