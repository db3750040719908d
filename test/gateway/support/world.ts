import { expect, vi } from 'vitest';
import type { Element } from '../../../src/component/types.js';
import { DEFAULT_RATES } from '../../../src/gateway/quotas/rates.js';
import type { GatewayConfig } from '../../../src/gateway/config-types.js';
import type { Feature } from '../../../src/gateway/feature.js';
import { Gateway } from '../../../src/gateway/gateway.js';
import type { SessionHost } from '../../../src/gateway/sessions/chat-session.js';
import type { Operator } from '../../../src/gateway/operator.js';
import type { GatewayGauge } from '../../../src/gateway/metrics-types.js';
import { nodeBackend } from '../../../src/silc/crypto/backend-node.js';
import type {
  Repositories,
  SessionChanges,
  SessionRepository,
  StoredChannel,
  StoredFounderKey,
  StoredIdentity,
  StoredSession,
  StoredSessions,
} from '../../../src/store/types.js';
import { watchedLog } from '../../support/secrets/log.js';
import { canonical } from '../../support/xmpp/canonical.js';
import { FakeLink } from './fake-link.js';
import { memoryAlwaysOn } from './memory-always-on.js';
import { memoryUsers } from './memory-users.js';
import { FakeNetwork } from './fake-silc.js';

/** Sessions in memory. */
export class MemorySessions implements SessionRepository {
  readonly isLasting: boolean;
  /** What saving fails with. */
  failure: Error | undefined;
  /** What saving waits for. */
  gate: Promise<void> | undefined;
  saves = 0;
  readonly #sessions = new Map<string, StoredSession>();
  readonly #channels = new Map<string, StoredChannel>();
  #aliveAt: Date | undefined;

  constructor(isLasting: boolean) {
    this.isLasting = isLasting;
  }

  load(): Promise<StoredSessions> {
    const [sessions, channels] = [[...this.#sessions.values()], [...this.#channels.values()]];
    return Promise.resolve({ sessions, channels, aliveAt: this.#aliveAt, damaged: 0 });
  }

  async save({ sessions, channels, aliveAt }: SessionChanges): Promise<void> {
    this.saves++;
    await this.gate;
    if (this.failure !== undefined) throw this.failure;
    this.#aliveAt = aliveAt;
    for (const { user, network, state } of sessions) {
      if (state === undefined) this.#sessions.delete(`${network} ${user}`);
      else this.#sessions.set(`${network} ${user}`, { user, network, state });
    }
    for (const { network, name, state } of channels) {
      if (state === undefined) this.#channels.delete(`${network} ${name}`);
      else this.#channels.set(`${network} ${name}`, { network, name, state });
    }
  }
}

/** A store in memory. @param isLasting a process after this one is thought to find it again */
export function memoryStore(isLasting = false): Repositories & {
  readonly users: ReadonlyMap<string, StoredIdentity>;
  readonly sessions: MemorySessions;
  readonly founders: Map<string, StoredFounderKey>;
} {
  const users = new Map<string, StoredIdentity>();
  const founders = new Map<string, StoredFounderKey>();
  const pins = new Map<string, string>();
  const records = new Map<string, Uint8Array>();
  return {
    users,
    founders,
    identities: {
      find: (user) => Promise.resolve(users.get(user)),
      add: (user, identity) => {
        const held = users.get(user) ?? { ...identity, createdAt: new Date(0) };
        users.set(user, held);
        return Promise.resolve(held);
      },
      replace: (user, identity) =>
        Promise.resolve(void users.set(user, { ...identity, createdAt: new Date(0) })),
      remove: (user) => Promise.resolve(users.delete(user)),
      count: () => Promise.resolve([...users.keys()].filter((user) => user.includes('@')).length),
      users: (max, after = '') =>
        Promise.resolve(
          [...users.keys()]
            .filter((user) => user.includes('@') && user > after)
            .sort()
            .slice(0, max),
        ),
    },
    serverKeys: {
      find: (network, server) => {
        const fingerprint = pins.get(`${network} ${server}`);
        return Promise.resolve(
          fingerprint === undefined ? undefined : { fingerprint, firstSeen: new Date(0) },
        );
      },
      pin: (network, server, fingerprint) => {
        pins.set(`${network} ${server}`, fingerprint);
        return Promise.resolve();
      },
    },
    sessions: new MemorySessions(isLasting),
    secrets: { obtain: (name) => Promise.resolve(new Uint8Array(32).fill(name.length)) },
    founderKeys: {
      find: (network, channel) => Promise.resolve(founders.get(`${network} ${channel}`)),
      add: (network, channel, key) => {
        const held = founders.get(`${network} ${channel}`) ?? { ...key, usedAt: new Date() };
        founders.set(`${network} ${channel}`, held);
        return Promise.resolve(held);
      },
      keep: (network, channel, configuration) => {
        const held = founders.get(`${network} ${channel}`);
        if (held !== undefined)
          founders.set(`${network} ${channel}`, { ...held, configuration, usedAt: new Date() });
        return Promise.resolve();
      },
      handOver: (network, channel, key) => {
        const held = founders.get(`${network} ${channel}`);
        if (held !== undefined) founders.set(`${network} ${channel}`, { ...held, ...key });
        return Promise.resolve();
      },
      remove: (network, channel) => Promise.resolve(void founders.delete(`${network} ${channel}`)),
      countOf: (founder) =>
        Promise.resolve([...founders.values()].filter((key) => key.founder === founder).length),
    },
    roomRecords: {
      find: (network, channel, kind) => Promise.resolve(records.get(`${network} ${channel} ${kind}`)),
      list: (kind) =>
        Promise.resolve(
          [...records].flatMap(([key, content]) => {
            const [network = '', channel = '', of = ''] = key.split(' ');
            return of === kind ? [{ network, channel, content }] : [];
          }),
        ),
      save: (network, channel, kind, content) => {
        if (content === undefined) records.delete(`${network} ${channel} ${kind}`);
        else records.set(`${network} ${channel} ${kind}`, content);
        return Promise.resolve();
      },
      touch: () => Promise.resolve(),
      removeAll: (network, channel) => {
        for (const name of records.keys())
          if (name.startsWith(`${network} ${channel} `)) records.delete(name);
        return Promise.resolve();
      },
      expire: () => Promise.resolve(0),
    },
    archive: {
      add: () => Promise.resolve(),
      hasBeenIn: () => Promise.resolve(false),
      newest: () => Promise.resolve(undefined),
      page: () => Promise.resolve({ lines: [], isComplete: true }),
      replace: () => Promise.resolve(false),
      closeSpans: () => Promise.resolve(),
      forget: () => Promise.resolve(),
      wipe: () => Promise.resolve(0),
      expire: () => Promise.resolve(0),
    },
    ...memoryAlwaysOn(),
    ...memoryUsers(),
  };
}

export function testConfig({
  limits,
  ...changes
}: Omit<Partial<GatewayConfig>, 'limits'> & {
  limits?: Partial<GatewayConfig['limits']>;
} = {}): GatewayConfig {
  return {
    networks: {
      net: { default: true, servers: [{ host: 'silc.test', port: 706 }], auth: { method: 'none' } },
    },
    access: { allow: [], deny: ['banned.test', 'mallory@jabber.test'], admins: [] },
    texts: { language: 'en' },
    users: { username: 'jabber', real_name: 'Jabber user', key_bits: 1024 },
    limits: {
      sessions: 100,
      sessions_per_domain: 1_000,
      rooms_per_user: 5,
      rooms: 1_000,
      key_pairs: 1_000,
      resources_per_user: 4,
      new_users_per_hour: 100,
      rates: DEFAULT_RATES,
      ...limits,
    },
    rooms: { founder_keys: false, founder_keys_per_user: 3, retractions_on_silc: true },
    timeouts: {
      join_ms: 30_000,
      grace_ms: 120_000,
      rejoin_ms: 60_000,
      idle_ms: 600_000,
      connect_spacing_ms: 0,
    },
    history: { days: 0 },
    sessions: { stay: false, stay_days: 30 },
    files: {
      upload: 'off',
      max_octets: 1_000,
      pictures_to_silc: false,
      transfers: { accept: true, offer: true, private_addresses: false },
    },
    ...changes,
  };
}

const errors: unknown[] = [];
// A handler that fails is a fault of the gateway, whatever the test is about.
const log = watchedLog({
  error: (fields) => {
    if ('err' in fields) errors.push(fields.err);
  },
});

// One key for all: generating is the crypto suites' concern.
const key = nodeBackend.generateRsaKey(1024);
const backend = { ...nodeBackend, generateRsaKey: () => key };

/** A started gateway between a fake link and a fake network. */
export class World {
  readonly link = new FakeLink();
  readonly silc: FakeNetwork;
  readonly store: ReturnType<typeof memoryStore>;
  /** What the gateway logged as its own fault. */
  readonly faults = errors;
  readonly gateway: Gateway;
  /** What the gateway has counted, by name and labels. */
  readonly counts = new Map<string, number>();
  /** What the gateway counts as being there. */
  readonly gauges: Record<GatewayGauge, number> = { sessions: 0, rooms: 0, resources: 0, archive_queue: 0 };

  constructor(
    config: GatewayConfig = testConfig(),
    features: () => readonly Feature[] = () => [],
    host?: SessionHost,
    before: Pick<World, 'silc' | 'store'> = { silc: new FakeNetwork(), store: memoryStore() },
    operator?: Operator,
  ) {
    errors.length = 0;
    this.silc = before.silc;
    this.store = before.store;
    this.gateway = new Gateway({
      config,
      features,
      link: this.link,
      store: this.store,
      backend,
      log,
      host: host ?? this.silc.host,
      ...(operator && { operator }),
      metrics: {
        increment: (counter, by = 1) => this.#counted(counter, by),
        count: (counter, labels, by = 1) => this.#counted([counter, ...Object.values(labels)].join(' '), by),
        took: (duration) => this.#counted(duration, 1),
        adjust: (gauge, by) => void (this.gauges[gauge] += by),
      },
    });
  }

  #counted(what: string, by: number): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + by);
  }

  /** @param host where sessions run; the fake network unless told */
  static async start(
    config?: GatewayConfig,
    features?: () => readonly Feature[],
    host?: SessionHost,
  ): Promise<World> {
    const world = new World(config, features, host);
    await world.begin();
    return world;
  }

  /** Starts the gateway, once there is the key that all users have: it is made in real time, and the clock here is not. */
  async begin(): Promise<void> {
    await key;
    await this.gateway.start();
  }

  /** A stanza comes in; everything that follows at once is done when it resolves. */
  async receive(text: string): Promise<Element[]> {
    this.link.receive(text);
    return this.settle();
  }

  /** Lets all work that waits for no clock finish, or for the writing of a store that lasts; returns what was sent meanwhile. */
  async settle(): Promise<Element[]> {
    await vi.advanceTimersByTimeAsync(this.store.sessions.isLasting ? 150 : 5);
    expect(errors).toEqual([]);
    return this.link.take();
  }

  async join(full: string, room: string, nick: string, password?: string): Promise<Element[]> {
    const secret = password === undefined ? '' : `<password>${password}</password>`;
    return this.receive(
      `<presence from='${full}' to='${room}@gw.test/${nick}'><x xmlns='http://jabber.org/protocol/muc'>${secret}</x></presence>`,
    );
  }
}

/** Compares stanzas in their order, whatever the order of attributes. */
export function expectStanzas(actual: readonly Element[], ...expected: readonly string[]): void {
  expect(actual.map((stanza) => canonical(stanza))).toEqual(expected.map((text) => canonical(text)));
}

/** One line a stanza: what it is, from whom, to whom, with which codes or text. Enough where the form is proven elsewhere. */
export function outline(stanza: Element): string {
  const x = stanza.getChild('x', 'http://jabber.org/protocol/muc#user');
  const item = x?.getChild('item');
  const error = stanza.getChild('error');
  return [
    stanza.name,
    stanza.attrs.type,
    `${stanza.attrs.from ?? ''}>${stanza.attrs.to ?? ''}`,
    item === undefined ? undefined : `${item.attrs.affiliation ?? ''}/${item.attrs.role ?? ''}`,
    x
      ?.getChildren('status')
      .map(({ attrs }) => attrs.code)
      .join(','),
    stanza.getChild('subject') === undefined ? undefined : `subject=${stanza.getChildText('subject') ?? ''}`,
    stanza.getChild('body') === undefined ? undefined : `body=${stanza.getChildText('body') ?? ''}`,
    error === undefined
      ? undefined
      : `${error.attrs.type ?? ''}/${error.getChildElements()[0]?.getName() ?? ''}`,
  ]
    .filter((part) => part !== undefined && part !== '')
    .join(' ');
}

export const outlines = (stanzas: readonly Element[]): string[] => stanzas.map(outline);
