import { attribute, type StanzaAt } from '../../bench/gateway/scanner.js';
import { Random } from '../faults/random.js';
import { Namespace } from '../../src/mapping/namespaces.js';
import { DOMAIN, LoadWorld } from '../load/support/load-world.js';
import type { Figure, Sample } from './flatness.js';
import { RestlessUser, Tally } from './restless-user.js';

/** Of the first network; a quarter of that is on the second one. */
const ROOMS = 16;
/** What is garbage is collected every five seconds, so that the heap shows what is kept. */
const COLLECTING = [
  '--expose-gc',
  '--import',
  'data:text/javascript,setInterval(globalThis.gc, 5_000).unref()',
];
const TICK_MS = 100;
/** Of what was not answered that is printed. */
const MAX_PRINTED = 5;
/** What is asked and not answered after so long is not answered at all. */
const LATE_MS = 60_000;
const SPEAKERS = 2;
/** Lines a second of each SILC user, and how many are ordered at a time. */
const SPOKEN = { perSecond: 2, count: 60 };

export interface SoakOptions {
  readonly users: number;
  readonly seconds: number;
  /** Each user does something about every so many seconds. */
  readonly pauseSeconds: number;
  readonly everySeconds: number;
  readonly seed: number;
  readonly onSample: (sample: Sample) => void;
}

export interface SoakResult {
  readonly samples: readonly Sample[];
  readonly tally: Tally;
  /** What was not answered at the end, or not for a minute. */
  readonly unanswered: number;
  /** Answers to what had been answered, or was never asked. */
  readonly strange: number;
  readonly dropped: number;
  /** The end of the gateway's log. */
  readonly log: string;
}

/** Users live on the built gateway for a while; its process is looked at now and then. @throws when it ends, or its stream does */
export async function soak(options: SoakOptions): Promise<SoakResult> {
  const { users: count, seconds, pauseSeconds, everySeconds, seed, onSample } = options;
  const random = new Random(seed);
  const tally = new Tally();
  const users = new Map<string, RestlessUser>();
  const world = await LoadWorld.start(count, (stanza) => deliver(users, stanza), COLLECTING);
  const samples: Sample[] = [];
  let isOver = false;
  try {
    const rooms = Array.from({ length: ROOMS }, (_, room) =>
      world.room(`room${room}`, room % 4 === 3 ? 1 : 0),
    );
    const speakers = await Promise.all(
      Array.from({ length: SPEAKERS }, (_, speaker) => world.speaker(`speaker${speaker}`, `room${speaker}`)),
    );
    for (let number = 0; number < count; number++) {
      const user = new RestlessUser(number, rooms, random, tally);
      users.set(user.jid, user);
    }
    const all = [...users.values()];
    world.send(all.flatMap((user) => user.enter()));
    await until(() => all.every((user) => user.openCount === 0), LATE_MS, 'not everybody got in');

    const speaking = speakers.map(async (speaker) => {
      while (!isOver) await speaker.speak({ run: 1, ...SPOKEN });
    });
    const began = performance.now();
    const elapsed = (): number => (performance.now() - began) / 1_000;
    let looked = -Infinity;
    let unanswered = 0;
    while (elapsed() < seconds) {
      world.send(all.filter(() => random.chance(TICK_MS / 1_000 / pauseSeconds)).map((user) => user.act()));
      if (elapsed() - looked >= everySeconds) {
        looked = elapsed();
        const sample = { seconds: Math.round(looked), values: figuresOf(await world.metrics()) };
        samples.push(sample);
        onSample(sample);
        unanswered = Math.max(
          unanswered,
          all.filter((user) => user.openSince < performance.now() - LATE_MS).length,
        );
      }
      if (world.error !== undefined) throw world.error;
      await new Promise((resolve) => setTimeout(resolve, TICK_MS));
    }
    isOver = true;
    const isQuiet = (): boolean => all.every((user) => user.openCount === 0);
    await until(isQuiet, LATE_MS, '').catch(() => undefined);
    await Promise.all(speaking);
    const left = all.flatMap((user) => user.open);
    if (left.length > 0) console.log(`unanswered: ${left.slice(0, MAX_PRINTED).join(', ')}`);
    const { strange } = tally;
    const dropped = valueOf(await world.metrics(), 'silc_xmpp_stanzas_dropped_total');
    await world.close();
    return {
      samples,
      tally,
      unanswered: Math.max(unanswered, left.length),
      strange,
      dropped,
      log: world.log,
    };
  } finally {
    isOver = true;
    await world.close();
  }
}

function deliver(users: ReadonlyMap<string, RestlessUser>, { bytes, start, headEnd, end }: StanzaAt): void {
  const head = bytes.toString('latin1', start, headEnd);
  const user = users.get(attribute(head, 'to') ?? '');
  if (user === undefined) return;
  const name = /^<(\w+)/.exec(head)?.[1] ?? '';
  const from = attribute(head, 'from') ?? DOMAIN;
  // The history of a join shows lines again that were answered once.
  if (name === 'message' && bytes.subarray(headEnd, end).includes(Namespace.delay)) return;
  const rest =
    name === 'message' && attribute(head, 'type') !== 'error' ? '' : bytes.toString('latin1', headEnd, end);
  user.receive(name, from, attribute(head, 'type'), attribute(head, 'id'), rest);
}

function figuresOf(metrics: string): Record<Figure, number> {
  const mib = (name: string): number => valueOf(metrics, name) / 2 ** 20;
  return {
    'heap MiB': mib('nodejs_heap_size_used_bytes'),
    // Of buffers, outside the heap.
    'octets MiB': mib('nodejs_external_memory_bytes'),
    'rss MiB': mib('process_resident_memory_bytes'),
    // Each session has one, and sessions come and go.
    'other fds': valueOf(metrics, 'process_open_fds') - valueOf(metrics, 'silc_xmpp_sessions'),
    timers: valueOf(metrics, 'nodejs_active_resources{type="Timeout"}'),
    sessions: valueOf(metrics, 'silc_xmpp_sessions'),
    rooms: valueOf(metrics, 'silc_xmpp_rooms'),
  };
}

function valueOf(metrics: string, name: string): number {
  const line = metrics.split('\n').find((one) => one.startsWith(`${name} `));
  return Number(line?.slice(name.length + 1) ?? Number.NaN);
}

async function until(condition: () => boolean, limitMs: number, what: string): Promise<void> {
  const end = performance.now() + limitMs;
  while (!condition()) {
    if (performance.now() > end) throw new Error(what);
    await new Promise((resolve) => setTimeout(resolve, TICK_MS));
  }
}
