import { Random } from './random.js';

/** Who takes part in a run, and how the world is. */
export interface Cast {
  /** The first words of the addresses of Jabber clients, and the rooms that each wants, by number. */
  readonly clients: readonly {
    readonly user: string;
    readonly resource: string;
    readonly rooms: readonly number[];
  }[];
  readonly silcUsers: readonly { readonly name: string; readonly rooms: readonly number[] }[];
  readonly channels: readonly string[];
  readonly graceMs: number;
  readonly rejoinMs: number;
  /** Whether the Jabber server refuses a second component, or drops the first one. */
  readonly keepsOldComponent: boolean;
}

const PEOPLE = {
  say: 40,
  'silc-say': 25,
  leave: 3,
  return: 6,
  nick: 2,
  relog: 2,
  ask: 3,
  'silc-leave': 2,
  'silc-return': 4,
  'silc-nick': 1,
} as const;

const FAULTS = {
  'jabber-cut': 3,
  'jabber-half-open': 3,
  'jabber-stall': 3,
  'jabber-slow': 1,
  'jabber-refuse': 1,
  'jabber-hold': 1,
  'jabber-restart': 1,
  'jabber-crash': 1,
  'silc-cut': 4,
  'silc-half-open': 4,
  'silc-stall': 4,
  'silc-slow': 1,
  'silc-refuse': 1,
  'silc-hold': 1,
  'silc-cut-all': 2,
  'silc-half-open-all': 1,
  'silc-stop': 1,
  'silc-crash': 2,
} as const;

/** Faults that a server which others use must not suffer. */
const OF_OWN_SERVER: ReadonlySet<string> = new Set(['silc-stop', 'silc-crash']);

export type Action = keyof typeof PEOPLE | keyof typeof FAULTS;

/** Something that happens `at` milliseconds after the start. What `which`, `where` and `ms` mean is the action's concern. */
export interface Step {
  readonly at: number;
  readonly what: Action;
  readonly which: number;
  readonly where: number;
  readonly ms: number;
}

export interface Schedule {
  readonly seed: number;
  readonly cast: Cast;
  readonly steps: readonly Step[];
}

/** Milliseconds for everybody to come in before anything breaks, and the whole of it. */
const [QUIET_MS, WHOLE_MS] = [250, 2_600];
const CHANNELS = ['red', 'green', 'blue', 'grey'];

/** Which schedules there are. */
export interface Variety {
  /** Whether the SILC server may be restarted. */
  readonly ownServer: boolean;
  /** Only faults whose names begin so; `none`: none. */
  readonly only: string;
}

/** The schedule of a seed; always the same. */
export function scheduleOf(seed: number, { ownServer, only }: Variety): Schedule {
  const random = new Random(seed);
  const channels = CHANNELS.slice(0, random.between(2, 4));
  const numbers = channels.map((_, index) => index);
  const users = random.between(3, 15);
  const clients = Array.from({ length: users }, (_, index) => `u${index + 1}`).flatMap((user) => {
    const count = random.chance(0.2) ? 2 : 1;
    return Array.from({ length: count }, (_, index) => ({
      ...{ user, resource: `r${index + 1}` },
      rooms: random.some(numbers),
    }));
  });
  const silcUsers = Array.from({ length: random.between(2, 5) }, (_, index) => ({
    name: `n${index + 1}`,
    rooms: random.some(numbers),
  }));
  const cast: Cast = {
    ...{ clients, silcUsers, channels },
    graceMs: random.chance(0.8) ? 6_000 : 1_500,
    rejoinMs: random.pick([800, 2_000]),
    keepsOldComponent: random.chance(0.25),
  };
  const steps: Step[] = [];
  const add = (at: number, what: Action): void => {
    steps.push({
      ...{ at, what, which: random.between(0, 99), where: random.between(0, 99) },
      ms: random.between(1, 9) * 100,
    });
  };
  for (let at = 20; at < WHOLE_MS; at += random.between(2, 45)) add(at, weighted(random, PEOPLE));
  const faults = only === 'none' ? 0 : random.between(1, 7);
  for (let count = 0; count < faults;) {
    const what = weighted(random, FAULTS);
    if (!what.startsWith(only) || (!ownServer && OF_OWN_SERVER.has(what))) continue;
    add(random.between(QUIET_MS, WHOLE_MS), what);
    count++;
  }
  return { seed, cast, steps: steps.sort((a, b) => a.at - b.at) };
}

/** Whether it breaks something, or is what people do. */
export function isFault({ what }: Step): boolean {
  return what in FAULTS;
}

export function textOf({ at, what, which, where, ms }: Step): string {
  return `${at} ${what} ${which} ${where} ${ms}`;
}

function weighted<T extends string>(random: Random, weights: Readonly<Record<T, number>>): T {
  const list = Object.entries<number>(weights) as [T, number][];
  return random.pick(list.flatMap(([what, weight]) => Array.from({ length: weight }, () => what)));
}
