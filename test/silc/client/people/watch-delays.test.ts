import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { commands } from '../../../../src/silc/commands/index.js';
import type { WhoisReply, WhoisRequest } from '../../../../src/silc/commands/whois.js';
import { fromHex } from '../../../../src/silc/bytes.js';
import { nodeBackend } from '../../../../src/silc/crypto/backend-node.js';
import { fingerprint } from '../../../../src/silc/crypto/fingerprint.js';
import { SilcCommandError } from '../../../../src/silc/errors.js';
import type { ClientId } from '../../../../src/silc/ids.js';
import type { SessionContext } from '../../../../src/silc/client/context.js';
import { Watches } from '../../../../src/silc/client/people/watches.js';
import { SharedServer } from '../../../../src/silc/client/shared/shared-server.js';
import type { SessionEvent } from '../../../../src/silc/client/types.js';
import { Status } from '../../../../src/silc/status.js';
import { idOf } from '../../../support/scripted-server.js';
import { keyPairNamed } from '../../../support/silc-world.js';

/* How soon it is known who comes, goes and changes, on a server that does not tell: as a standalone silcd answers, and at its pace. */

const SECOND = 1_000;

interface Somebody {
  readonly nickname: string;
  readonly key: Uint8Array;
  readonly fingerprint: string;
  clientId: ClientId;
  mode: number;
  isThere: boolean;
}

/** A standalone silcd: WHOIS by ID answers nothing, and late, as soon as one of the IDs is not there. */
class Silcd {
  readonly shared = new SharedServer();
  readonly people: Somebody[];
  commands = 0;
  #sessions = 0;
  /** Of several IDs in one question nothing is told. */
  readonly #isPicky: boolean;

  constructor(count: number, isPicky: boolean) {
    this.#isPicky = isPicky;
    this.people = Array.from({ length: count }, (_, i) => {
      const { publicKey } = keyPairNamed(`n${i}`);
      return {
        ...{ nickname: `n${i}`, key: publicKey.encoded, fingerprint: fingerprint(nodeBackend, publicKey) },
        ...{ clientId: idOf(`n${i}`), mode: 0, isThere: i % 2 === 0 },
      };
    });
  }

  /** With these as contacts, known by key. */
  async session(contacts: readonly Somebody[]): Promise<Watched> {
    const watched = new Watched();
    const queue = {
      run: (command: object, request: () => { id?: { id: ClientId } }) => this.#run(command, request),
      runList: (_command: object, request: () => WhoisRequest) => this.#whois(request()),
    };
    const context = {
      ...{ backend: nodeBackend, serverId: '', queue },
      network: { server: this.shared, self: { clientId: idOf('self', ++this.#sessions % 200) } },
      post: (_about: unknown, event: SessionEvent) => watched.heard(event),
    } as unknown as SessionContext;
    const watches = new Watches(context, {});
    await Promise.all(
      contacts.map(({ nickname }) => {
        const target = { publicKey: keyPairNamed(nickname).publicKey, knownAs: nickname };
        return watches.add(target, 'background');
      }),
    );
    return watched;
  }

  #run(command: object, request: () => { id?: { id: ClientId } }): Promise<unknown> {
    this.commands += 1;
    if (command === commands.stats) return Promise.resolve({ statistics: { routers: 0 } });
    if (command !== commands.getkey && command !== commands.whois) return Promise.resolve({});
    const { id, ids = [] } = request() as { id?: { id: ClientId }; ids?: readonly ClientId[] };
    const asked = id?.id ?? ids[0];
    const found = this.people.find(({ clientId, isThere }) => isThere && clientId === asked);
    if (found !== undefined) return Promise.resolve(replyOf(found));
    return Promise.reject(new SilcCommandError(26, Status.noSuchClientId, 'nobody'));
  }

  #whois({ nickname, ids = [], attributes }: WhoisRequest): Promise<unknown> {
    this.commands += 1;
    const there = this.people.filter(({ isThere }) => isThere);
    if (ids.length > 0) {
      const found = ids.flatMap((id) => there.find(({ clientId }) => clientId === id) ?? []);
      const isTold = found.length === ids.length && (ids.length === 1 || !this.#isPicky);
      if (isTold) return Promise.resolve({ values: found.map(replyOf) });
      return new Promise((_resolve, reject) => {
        setTimeout(() => reject(new SilcCommandError(1, Status.timedOut, 'late')), 12 * SECOND);
      });
    }
    const found =
      nickname === undefined
        ? there.filter(({ key }) => Buffer.from(attributes ?? []).includes(Buffer.from(key)))
        : there.filter((one) => one.nickname === nickname);
    if (found.length > 0) return Promise.resolve({ values: found.map(replyOf) });
    return Promise.reject(new SilcCommandError(1, Status.noSuchNick, 'nobody'));
  }
}

const replyOf = ({ clientId, nickname, mode, fingerprint: digest }: Somebody): WhoisReply => ({
  ...{ clientId, nickname, user: 'a@b', mode, fingerprint: fromHex(digest) },
});

/** What one session is told, and when. */
class Watched {
  readonly #told = new Map<string, { readonly isThere: boolean; readonly mode: number }>();

  heard(event: SessionEvent): void {
    if (event.type === 'watched-offline')
      this.#told.set(event.person.fingerprint ?? '', { isThere: false, mode: 0 });
    else if (event.type === 'watched-online' || event.type === 'watched-changed') {
      const { mode, fingerprint: digest = '' } = event.person;
      this.#told.set(digest, { isThere: true, mode });
    }
  }

  knows({ fingerprint: digest, isThere, mode }: Somebody): boolean {
    const told = this.#told.get(digest) ?? { isThere: false, mode: 0 };
    return told.isThere === isThere && (!isThere || told.mode === mode);
  }
}

/** In seconds, how long it takes until somebody's contact knows. */
async function delay(watched: Watched, somebody: Somebody): Promise<number> {
  for (let seconds = 0; seconds < 3_600; seconds++) {
    if (watched.knows(somebody)) return seconds;
    await vi.advanceTimersByTimeAsync(SECOND);
  }
  throw new Error(`${somebody.nickname} is not seen`);
}

const CHANGES: Readonly<Record<string, (one: Somebody, turn: number) => void>> = {
  mode: (one, turn) => (one.mode = (turn % 7) + 1),
  off: (one) => (one.isThere = false),
  on: (one, turn) => Object.assign(one, { isThere: true, clientId: idOf(one.nickname, turn % 200) }),
};

/** @returns p50 and p95 of each kind of change, and commands a minute of one session */
async function measured(
  users: number,
  each: number,
  isPicky = false,
): Promise<ReadonlyMap<string, readonly number[]>> {
  const server = new Silcd(users * each, isPicky);
  const sessions = await Promise.all(
    Array.from({ length: users }, (_, i) => server.session(server.people.slice(i * each, (i + 1) * each))),
  );
  const begun = performance.now();
  const all = server.people.map((one, i) => ({
    one,
    watched: sessions[Math.floor(i / each)] ?? new Watched(),
  }));
  while (!all.every(({ one, watched }) => watched.knows(one))) await vi.advanceTimersByTimeAsync(SECOND);
  const figures = new Map([['login', [(performance.now() - begun) / SECOND]]]);
  for (const [name, change] of Object.entries(CHANGES)) {
    const delays: number[] = [];
    // Nobody goes who is not there, nor comes who is.
    const turns = Math.min(TURNS, server.people.length / 2);
    for (let turn = 0; turn < turns; turn++) {
      await vi.advanceTimersByTimeAsync(Math.round((61 + Math.random() * 30) * SECOND));
      const fitting = all.filter(({ one }) => one.isThere === (name !== 'on'));
      const { one, watched } = fitting[Math.floor(Math.random() * fitting.length)] ?? all[0] ?? raise();
      change(one, turn);
      delays.push(await delay(watched, one));
    }
    delays.sort((a, b) => a - b);
    figures.set(
      name,
      [0.5, 0.95].map((part) => delays[Math.floor(part * delays.length)] ?? NaN),
    );
  }
  const before = server.commands;
  await vi.advanceTimersByTimeAsync(600 * SECOND);
  figures.set('commands a minute of each', [(server.commands - before) / 10 / users]);
  return figures;
}

function raise(): never {
  throw new Error('nobody');
}

/** `WATCH_TURNS=200` gives the figures of docs/operations.md; it takes minutes. */
const TURNS = Number(process.env['WATCH_TURNS'] ?? 10);
const MANY = process.env['WATCH_TURNS'] === undefined ? 3 : 50;

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] }));
afterEach(() => void vi.useRealTimers());

it.each([
  [1, 100, { mode: 150, off: 250, on: 900 }],
  [MANY, 20, { mode: 150, off: 250, on: 300 }],
] as const)(
  'of %i users with %i contacts each, half of whom are there',
  { timeout: 120_000 },
  async (users, each, bounds) => {
    const figures = await measured(users, each);
    if (process.env['WATCH_TURNS'] !== undefined) console.log(users, each, Object.fromEntries(figures));
    for (const [name, bound] of Object.entries(bounds))
      expect(figures.get(name)?.[1], name).toBeLessThan(bound);
    // A silcd delays whoever sends more than one in two seconds for long.
    expect(figures.get('commands a minute of each')?.[0]).toBeLessThan(31);
  },
);

it(
  'where several IDs in one question are never answered, everything is seen all the same',
  { timeout: 120_000 },
  async () => {
    const figures = await measured(1, 20, true);
    for (const name of ['mode', 'off', 'on']) expect(figures.get(name)?.[1], name).toBeLessThan(600);
    expect(figures.get('commands a minute of each')?.[0]).toBeLessThan(31);
  },
);
