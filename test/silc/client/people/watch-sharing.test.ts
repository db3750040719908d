import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { commands } from '../../../../src/silc/commands/index.js';
import type { WhoisRequest } from '../../../../src/silc/commands/whois.js';
import { nodeBackend } from '../../../../src/silc/crypto/backend-node.js';
import { SilcCommandError } from '../../../../src/silc/errors.js';
import type { SessionContext } from '../../../../src/silc/client/context.js';
import { Watches } from '../../../../src/silc/client/people/watches.js';
import { SharedServer } from '../../../../src/silc/client/shared/shared-server.js';
import type { SessionEvent } from '../../../../src/silc/client/types.js';
import { Status } from '../../../../src/silc/status.js';
import { idOf } from '../../../support/scripted-server.js';

/** One server that does not notify, or does, and the sessions of this process on it: only what watches need of them. */
class Server {
  readonly shared = new SharedServer();
  readonly people = new Map<string, number>();
  /** Of commands, in the order in which they came. */
  readonly seen: string[] = [];
  readonly #routers: number;
  #sessions = 0;
  /** The next WHOIS is not answered. */
  isDeaf = false;

  constructor(routers = 0) {
    this.#routers = routers;
  }

  session(): { readonly watches: Watches; readonly events: SessionEvent[] } {
    const events: SessionEvent[] = [];
    const run = (command: object): Promise<unknown> => {
      const isStats = command === commands.stats;
      this.seen.push(isStats ? 'STATS' : command === commands.watch ? 'WATCH' : 'other');
      return Promise.resolve(isStats ? { statistics: { routers: this.#routers } } : {});
    };
    const runList = (_command: object, request: () => WhoisRequest): Promise<unknown> => {
      const { nickname = '' } = request();
      this.seen.push(`WHOIS ${nickname}`);
      if (this.isDeaf) return Promise.reject(new Error('the link is gone'));
      const mode = this.people.get(nickname);
      if (mode === undefined) return Promise.reject(new SilcCommandError(1, Status.noSuchNick, 'nobody'));
      return Promise.resolve({ values: [{ clientId: idOf(nickname), nickname, user: 'a@b', mode }] });
    };
    const context = {
      ...{ backend: nodeBackend, serverId: '', queue: { run, runList } },
      network: { server: this.shared, self: { clientId: idOf('self', ++this.#sessions % 200) } },
      post: (_about: unknown, event: SessionEvent) => void events.push(event),
    } as unknown as SessionContext;
    return { watches: new Watches(context, {}), events };
  }

  /** How many look-ups came meanwhile. */
  async during(ms: number): Promise<number> {
    this.seen.length = 0;
    await vi.advanceTimersByTimeAsync(ms);
    return this.seen.filter((command) => command.startsWith('WHOIS')).length;
  }
}

const MINUTE = 60_000;

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] }));
afterEach(() => void vi.useRealTimers());

describe('sessions on one server that watch the same people', () => {
  it('ask for each of them about twice a minute, however many they are, and all hear of it', async () => {
    const server = new Server();
    server.people.set('bob', 0);
    const sessions = Array.from({ length: 100 }, () => server.session());
    for (const { watches } of sessions) await watches.add({ nickname: 'bob' });
    await vi.advanceTimersByTimeAsync(MINUTE);
    for (const { events } of sessions) expect(events.map(({ type }) => type)).toContain('watched-online');
    expect(await server.during(5 * MINUTE)).toBeLessThanOrEqual(5 * 3);
    server.people.delete('bob');
    await vi.advanceTimersByTimeAsync(2 * MINUTE);
    for (const { events } of sessions) expect(events.at(-1)?.type).toBe('watched-offline');
    for (const { watches } of sessions) watches.close();
  });

  it('where the server notifies, take no answer for a new watch that is older than the watch', async () => {
    const server = new Server(1);
    const [first, second] = [server.session(), server.session()];
    await first.watches.add({ nickname: 'bob' });
    await vi.advanceTimersByTimeAsync(1_000);
    server.people.set('bob', 0);
    await second.watches.add({ nickname: 'bob' });
    await vi.advanceTimersByTimeAsync(1_000);
    expect(server.seen.filter((command) => command.startsWith('WHOIS'))).toHaveLength(2);
    expect(second.events.map(({ type }) => type)).toEqual(['watched-online', 'watch-checked']);
  });

  it('ask by themselves where the one who has asked had no answer', async () => {
    const server = new Server();
    server.people.set('bob', 0);
    const [first, second] = [server.session(), server.session()];
    server.isDeaf = true;
    await first.watches.add({ nickname: 'bob' });
    await vi.advanceTimersByTimeAsync(1);
    server.isDeaf = false;
    await second.watches.add({ nickname: 'bob' });
    await vi.advanceTimersByTimeAsync(1);
    expect(second.events.map(({ type }) => type)).toContain('watched-online');
    for (const { watches } of [first, second]) watches.close();
  });
});

/** All of them come at the same time. `WATCHING_USERS=1000` gives the figures of docs/operations.md; it takes minutes. */
const USERS = Number(process.env['WATCHING_USERS'] ?? 100);
const CONTACTS = 20;

/** @returns commands of polls in the first minute, and in a later one */
async function crowd(contactOf: (user: number, i: number) => string): Promise<readonly [number, number]> {
  const server = new Server();
  const all = Array.from({ length: USERS }, () => server.session());
  const added = all.flatMap(({ watches }, user) =>
    Array.from({ length: CONTACTS }, (_, i) => watches.add({ nickname: contactOf(user, i) })),
  );
  await Promise.all(added);
  const first = await server.during(MINUTE);
  await vi.advanceTimersByTimeAsync(4 * MINUTE);
  const later = await server.during(MINUTE);
  for (const { watches } of all) watches.close();
  if (USERS >= 1_000) console.log(`polls: ${first} in the first minute, ${later} in a later one`);
  return [first, later];
}

describe(`${USERS} users with ${CONTACTS} contacts each on one server`, { timeout: 600_000 }, () => {
  it('who have 200 contacts among them ask for each a few times a minute', async () => {
    const [first, later] = await crowd((user, i) => `n${(user * 7 + i * 10) % 200}`);
    expect(first).toBeLessThan(200 * 4);
    expect(later).toBeGreaterThan(200);
    expect(later).toBeLessThan(200 * 4);
  });

  it('who have nobody in common ask each for itself, within the pace of a session', async () => {
    const [first, later] = await crowd((user, i) => `n${user}x${i}`);
    expect(first).toBeLessThan(USERS * 35);
    expect(later).toBeLessThanOrEqual(Math.min(USERS * 24, 200 * 60 + 1_200));
    expect(later).toBeGreaterThan(USERS * 8);
  });

  it('do not ask again and again while the pace of all together is used up', async () => {
    const server = new Server();
    const { watches } = server.session();
    await watches.add({ nickname: 'bob' });
    await vi.advanceTimersByTimeAsync(1_000);
    server.shared.polls.spend(200 * 180);
    expect(await server.during(2 * MINUTE)).toBe(0);
    // Who is new is looked up all the same.
    await watches.add({ nickname: 'carol' });
    await vi.advanceTimersByTimeAsync(1_000);
    expect(server.seen).toContain('WHOIS carol');
    expect(await server.during(4 * MINUTE)).toBeGreaterThan(2);
    watches.close();
  });
});
