import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  freePort,
  reply,
  startModule,
  startProgram,
  whileAlive,
  type Child,
} from '../../../bench/gateway/children.js';
import { ComponentServer } from '../../../bench/gateway/component-server.js';
import { userOf } from '../../../bench/gateway/crowd.js';
import { makeStore } from '../../../bench/gateway/key-store.js';
import { line } from '../../../bench/gateway/lines.js';
import { pace, until } from '../../../bench/gateway/pacer.js';
import type { StanzaAt } from '../../../bench/gateway/scanner.js';
import type { Spread } from '../../../bench/gateway/stats.js';
import { Listener } from './listener.js';
import type { HearOrder, SpeakerAnswer, SpeakOrder } from './speaker.js';
import { checkGatewayFolder } from '../../support/log-watch.js';

export const DOMAIN = 'silc.load.test';
const SECRET = 'the-secret-under-load';
const LIMIT_MS = 30_000;
const LOOK_MS = 1_000;
/** The timer by which Node measures the lag of its loop counts itself in. */
const TIMER_MS = 10;

export const DIST = fileURLToPath(new URL('../../../dist', import.meta.url));

/** What the gateway says of itself: lag at most in milliseconds, stanzas. */
export interface Gauges {
  readonly lagMs: number;
  readonly dropped: number;
}

/** A SILC user of the test. */
export interface Speaker {
  /** Settles when all lines were handed over, with how many were. */
  speak(order: SpeakOrder): Promise<number>;
  /** From now on the lines of a series are listened to. */
  listen(run: number): Promise<void>;
  /** What was heard since: what the SILC server alone took. */
  heard(): Promise<Spread>;
}

/**
 * The gateway from `dist` in a process of its own between two embedded SILC servers, each in another one, and the
 * Jabber users, who are played on the component port.
 */
export class LoadWorld {
  readonly listener: Listener;
  /** The end of what the gateway has logged, when the world is closed. */
  log = '';
  readonly #server: ComponentServer;
  readonly #folder = mkdtempSync(join(tmpdir(), 'gateway-load-'));
  readonly #children: Child[] = [];
  readonly #ports: number[] = [];
  #http = 0;
  #gateway: Child | undefined;

  private constructor(server: ComponentServer, listener: Listener) {
    this.#server = server;
    this.listener = listener;
  }

  /**
   * @param users how many of them have a key already
   * @param onStanza gets what the gateway sends, instead of the listener
   * @param nodeOptions of the gateway's process
   */
  static async start(
    users: number,
    onStanza?: (stanza: StanzaAt) => void,
    nodeOptions: readonly string[] = [],
  ): Promise<LoadWorld> {
    const listener = new Listener();
    const server = await ComponentServer.listen(
      { secret: SECRET, batchesSmallWrites: false },
      onStanza ?? listener.onStanza.bind(listener),
    );
    const world = new LoadWorld(server, listener);
    try {
      await world.#start(users, nodeOptions);
    } catch (error) {
      await world.close();
      throw error;
    }
    return world;
  }

  /** The room of a channel on a network, 0 or 1. */
  room(channel: string, network = 0): string {
    return `${channel}${network === 0 ? '' : '%second'}@${DOMAIN}`;
  }

  /** Users `from` to `to`, without the last, join a room: `nN` is the nickname of number N. */
  async join(room: string, from: number, to: number): Promise<void> {
    const wanted = this.listener.present + to - from;
    for (let user = from; user < to; user++) {
      this.#server.send(
        `<presence from='${userOf(user)}/c' to='${room}/n${user}'><x xmlns='http://jabber.org/protocol/muc'/></presence>`,
      );
    }
    this.#server.flush();
    if (!(await until(() => this.listener.present >= wanted, LIMIT_MS))) {
      throw new Error(`${this.listener.present} of ${wanted} are in`);
    }
  }

  /** Stanzas of Jabber users, sent together. */
  send(stanzas: readonly string[]): void {
    for (const stanza of stanzas) this.#server.send(stanza);
    this.#server.flush();
  }

  /** From now on the Jabber server rests so long after each read. */
  restAfterReads(ms: number): void {
    this.#server.restAfterReads(ms);
  }

  /** What has ended the stream of the gateway, if something has. */
  get error(): Error | undefined {
    return this.#server.error;
  }

  /** A Jabber user says so many lines in a room. */
  async say(user: number, room: string, { run, count, perSecond }: SpeakOrder): Promise<void> {
    await pace({
      count,
      perSecond,
      due: (_, dueMicros) =>
        this.#server.send(
          `<message type='groupchat' id='${run}-${Math.round(dueMicros)}' from='${userOf(user)}/c' to='${room}'>` +
            `<body>${line(run, dueMicros)}</body></message>`,
        ),
      flush: () => this.#server.flush(),
    });
  }

  /** @param network 0 or 1 */
  async speaker(nickname: string, channel?: string, network = 0): Promise<Speaker> {
    const args = [String(this.#ports[network]), nickname, ...(channel === undefined ? [] : [channel])];
    const child = await startModule(
      '../../test/load/support/speaker.ts',
      args,
      join(this.#folder, `${nickname}.log`),
    );
    this.#children.push(child);
    await reply<SpeakerAnswer>(child, LIMIT_MS);
    const ask = (order: SpeakOrder | HearOrder): Promise<SpeakerAnswer> => {
      const answer = reply<SpeakerAnswer>(child, 2 * LIMIT_MS);
      child.process.send(order);
      return answer;
    };
    return {
      speak: async (order) => {
        const answer = await ask(order);
        return 'spoken' in answer ? answer.spoken : Number.NaN;
      },
      listen: async (run) => {
        await ask({ listen: run });
      },
      heard: async () => {
        const answer = await ask({ heard: true });
        if (!('heard' in answer)) throw new Error('a speaker answers another question');
        return answer.heard;
      },
    };
  }

  /** From now on, until `stop`, the lag of the gateway's event loop is looked at. */
  async watchLag(): Promise<{ stop(): Promise<Gauges> }> {
    await this.#gauges();
    let most = 0;
    let looking: Promise<unknown> = Promise.resolve();
    const timer = setInterval(() => {
      looking = this.#gauges().then(({ lagMs }) => (most = Math.max(most, lagMs)));
    }, LOOK_MS);
    return {
      stop: async () => {
        clearInterval(timer);
        await looking;
        const { lagMs, dropped } = await this.#gauges();
        return { lagMs: Math.max(most, lagMs), dropped };
      },
    };
  }

  /** Lag of the event loop at most since the last call, and stanzas dropped since the start. */
  async #gauges(): Promise<Gauges> {
    const text = await this.metrics();
    const value = (name: string): number =>
      Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1] ?? Number.NaN);
    return {
      lagMs: Math.max(0, value('nodejs_eventloop_lag_max_seconds') * 1_000 - TIMER_MS),
      dropped: value('silc_xmpp_stanzas_dropped_total'),
    };
  }

  /** The gateway's figures, as Prometheus reads them. */
  async metrics(): Promise<string> {
    const answer = await fetch(`http://127.0.0.1:${this.#http}/metrics`);
    return answer.text();
  }

  /** Safe to call twice. */
  async close(): Promise<void> {
    for (const child of this.#children.splice(0).reverse()) await child.stop();
    this.log = this.#gateway?.output() ?? this.log;
    this.#gateway = undefined;
    this.#server.close();
    await checkGatewayFolder(this.#folder);
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #start(users: number, nodeOptions: readonly string[]): Promise<void> {
    for (const name of ['first', 'second']) {
      const child = await startModule('./silc-server.ts', [], join(this.#folder, `${name}.log`));
      this.#children.push(child);
      this.#ports.push((await reply<{ port: number }>(child, LIMIT_MS)).port);
    }
    await makeStore(DIST, `sqlite:${join(this.#folder, 'gateway.db')}`, users);
    this.#http = await freePort();
    const file = join(this.#folder, 'gateway.yaml');
    writeFileSync(file, JSON.stringify(this.#configuration()), { mode: 0o600 });
    const attached = this.#server.attached();
    const gateway = await startProgram(
      process.execPath,
      [...nodeOptions, join(DIST, 'main.js'), 'run', '-c', file],
      join(this.#folder, 'gateway.log'),
    );
    this.#children.push(gateway);
    this.#gateway = gateway;
    await whileAlive(gateway, attached, LIMIT_MS);
  }

  #configuration(): object {
    const servers = this.#ports.map((port) => [{ host: '127.0.0.1', port }]);
    return {
      component: { domain: DOMAIN, port: this.#server.port, secret: SECRET },
      networks: { first: { default: true, servers: servers[0] }, second: { servers: servers[1] } },
      store: { url: 'sqlite:gateway.db' },
      limits: { new_users_per_hour: 1_000_000 },
      timeouts: { connect_spacing_ms: 0 },
      http: { listen: `127.0.0.1:${this.#http}` },
      log: { level: 'warn' },
    };
  }
}
