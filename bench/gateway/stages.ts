import { setTimeout as delay } from 'node:timers/promises';
import { quiet, withSystem, type BenchRun, type Layout } from './bench-run.js';
import type { Figures } from './figures.js';
import { changeNicks, joinAll, joinPaced, leaveAll, type Entries } from './joins.js';
import { FarSide, hear, talk, type Delivery } from './messages.js';
import { cpuMs, memory, type Memory } from './procfs.js';
import type { Profile } from './profile.js';
import { climb } from './stats.js';
import type { System } from './system.js';

/** What one system is put through: everything, a latency with knee and ceiling, or these two alone, of a slow one. */
export type Scope = 'all' | 'core' | 'knee';
/** The parts of a round: a hundred users, a thousand, as many as a large gateway has, hundreds in one room. */
export const STAGES = ['few', 'many', 'crowd', 'hall'] as const;
export type Stage = (typeof STAGES)[number];

const ROOM = 10;
const SETTLE_MS = 1_000;
const P99_MS = 100;
/** Where the climb begins and ends, in copies a second. */
const [CLIMB_FROM, SLOW_CLIMB_FROM, CLIMB_LIMIT] = [1_000, 250, 64_000];
const NICKS_PER_SECOND = 50;
/** Lines a second on one room of hundreds: each of them has as many copies. */
const HALL_LINES = 5;

/** One round of one system. */
export async function measure(
  system: System,
  options: { scope: Scope; stages: readonly Stage[]; profile: Profile; figures: Figures },
): Promise<void> {
  const { scope, stages, profile } = options;
  const rooms = (users: number): { users: number; label: string } & typeof options => ({
    ...options,
    users,
    label: `${users} users in rooms of ${ROOM}`,
  });
  if (stages.includes('few')) await withSystem(system, rooms(profile.fewUsers), (run) => few(run, scope));
  if (scope !== 'all') return;
  if (stages.includes('many')) await withSystem(system, rooms(profile.manyUsers), many);
  if (stages.includes('crowd') && profile.crowdUsers > 0) {
    await withSystem(system, rooms(profile.crowdUsers), crowded);
  }
  if (!stages.includes('hall')) return;
  const users = Math.max(...profile.hallUsers);
  const oneRoom = { ...options, users, label: 'one room' };
  const empty = await withSystem(system, oneRoom, refilled);
  await withSystem(system, oneRoom, (run) => hall(run, empty));
}

/** A hundred users: start, joins, latencies, knee and ceiling. */
async function few(run: BenchRun, scope: Scope): Promise<void> {
  const { profile, running, figures } = run;
  const layout: Layout = { users: profile.fewUsers, roomSize: ROOM, firstRoom: 0 };
  figures.add('start until attached', 's', running.attachSeconds);
  await delay(SETTLE_MS);
  figures.add('empty process, RSS', 'MiB', memory(running.gateway.pid).rss / 1_024);
  const everybody = { from: 0, to: layout.users, perSecond: profile.joinRate };
  if (scope !== 'all') {
    await joinAll(run, layout, everybody);
  } else {
    addEntries(run, `login + join, ${profile.joinRate}/s`, await joinPaced(run, layout, everybody));
    const further = { ...layout, firstRoom: 1_000 };
    for (const when of ['', ' once warm']) {
      const entries = await joinPaced(run, further, { ...everybody, perSecond: profile.furtherRate });
      addEntries(run, `further room, ${profile.furtherRate}/s${when}`, entries);
      await leaveAll(run, further);
    }
  }
  if (scope === 'all' || scope === 'core') {
    await latencies(run, layout, scope);
  }
  await addClimb(run, layout, scope === 'knee' ? SLOW_CLIMB_FROM : CLIMB_FROM);
}

/** One way each way, at several rates; then one of them once more. */
async function latencies(run: BenchRun, layout: Layout, scope: Scope): Promise<void> {
  const { profile, figures } = run;
  const { warmSpeech } = profile;
  const speeches =
    scope === 'core'
      ? profile.speeches.filter(({ perSecond }) => perSecond === warmSpeech.perSecond)
      : profile.speeches;
  const far = await FarSide.start(run, layout);
  try {
    for (const speech of speeches) {
      const rate = `${speech.perSecond} lines/s`;
      const said = await talk(run, layout, speech, far);
      addTalk(run, rate, said);
      figures.add(`loop lag (ping) p99, ${rate}`, 'ms', said.pings.p99);
      figures.add(`lines sent late p99, ${rate}`, 'ms', said.sendingLate.p99);
      await quiet(run, profile.quietMs);
      addDelivery(run, `far side -> Jabber, ${rate}`, await hear(run, layout, speech, far));
      await quiet(run, profile.quietMs);
    }
    if (scope === 'all') {
      addTalk(run, `${warmSpeech.perSecond} lines/s once warm`, await talk(run, layout, warmSpeech, far));
    }
  } finally {
    await far.stop();
    await quiet(run, profile.quietMs);
  }
}

function addTalk(run: BenchRun, rate: string, said: Delivery): void {
  addDelivery(run, `Jabber -> Jabber, ${rate}`, said);
  run.figures.add(`CPU of a copy, ${rate}`, 'µs', said.gatewayMicros);
  if (said.far) addSpread(run, `Jabber -> far side, ${rate}`, said.far);
}

async function addClimb(run: BenchRun, layout: Layout, from: number): Promise<void> {
  const { profile, figures } = run;
  let best: { readonly delivery: Delivery; readonly perSecond: number } | undefined;
  const { knee, ceiling } = await climb(
    async (offered) => {
      const speech = { perSecond: offered / layout.roomSize, seconds: profile.climbSeconds };
      const delivery = await talk(run, layout, speech);
      await quiet(run, profile.quietMs);
      const { perSecond, spread, missing } = delivery;
      const p99 = missing === 0 ? spread.p99 : Infinity;
      if (p99 < P99_MS && perSecond > (best?.perSecond ?? 0)) best = { delivery, perSecond };
      return { offered, delivered: perSecond, p99 };
    },
    {
      from,
      limit: CLIMB_LIMIT,
      p99Ms: P99_MS,
      refinements: profile.climbRefinements,
      runs: profile.climbRuns,
    },
  );
  figures.add(`knee, copies/s with p99 < ${P99_MS} ms`, '1/s', knee);
  figures.add('ceiling, copies/s', '1/s', ceiling);
  figures.add('CPU of a copy at the knee', 'µs', best?.delivery.gatewayMicros ?? Number.NaN);
  figures.add('CPU of a copy at the knee, far server', 'µs', best?.delivery.serverMicros ?? Number.NaN);
}

/** A thousand users in rooms of ten: how fast they get in, what they cost, nickname changes. */
async function many(run: BenchRun): Promise<void> {
  const { profile, figures, label } = run;
  const layout: Layout = { users: profile.manyUsers, roomSize: ROOM, firstRoom: 0 };
  const empty = await settledMemory(run);
  const entries = await joinAll(run, layout, { from: 0, to: layout.users });
  figures.add(`joins/s, ${label}`, '1/s', entries.perSecond);
  figures.add(`CPU of a join, ${label}`, 'ms', entries.cpuMs);
  if (entries.missing > 0) {
    figures.add(`not joined, ${label}`, 'count', entries.missing);
    return;
  }
  await addMemory(run, layout.users, empty, label);
  await addIdle(run);
  const count = NICKS_PER_SECOND * profile.nickSeconds;
  addEntries(
    run,
    `nick change, ${NICKS_PER_SECOND}/s, ${layout.users} users`,
    await changeNicks(run, layout, { count, perSecond: NICKS_PER_SECOND }),
  );
  const said = await talk(run, layout, { perSecond: 100, seconds: profile.talkSeconds });
  addDelivery(run, `Jabber -> Jabber, 100 lines/s, ${layout.users} users`, said);
}

/** As many as a large gateway has, for their memory. */
async function crowded(run: BenchRun): Promise<void> {
  const { profile, running, figures, label } = run;
  const layout: Layout = { users: profile.crowdUsers, roomSize: ROOM, firstRoom: 0 };
  const empty = await settledMemory(run);
  const entries = await joinAll(run, layout, { from: 0, to: layout.users });
  if (entries.missing > 0) {
    figures.add(`not joined, ${label}`, 'count', entries.missing);
    return;
  }
  figures.add(`RSS, ${label}`, 'MiB', memory(running.gateway.pid).rss / 1_024);
  await addMemory(run, layout.users, empty, label);
  await addIdle(run);
}

/** Hundreds in one room: nothing may cost each of them something for each other. */
async function hall(run: BenchRun, empty: Memory): Promise<void> {
  const { profile, figures } = run;
  let from = 0;
  for (const users of profile.hallUsers) {
    const entries = await joinAll(run, hallOf(users), { from, to: users });
    figures.add(`CPU of a join, one room, ${from} to ${users}`, 'ms', entries.cpuMs);
    if (entries.missing > 0) {
      figures.add(`not joined, one room of ${users}`, 'count', entries.missing);
      return;
    }
    from = users;
  }
  await addMemory(run, from, empty, `one room of ${from}`);
  const said = await talk(run, hallOf(from), { perSecond: HALL_LINES, seconds: profile.talkSeconds });
  addDelivery(run, `Jabber -> Jabber, ${HALL_LINES} lines/s, one room of ${from}`, said);
  figures.add(`CPU of a copy, one room of ${from}`, 'µs', said.gatewayMicros);
}

const hallOf = (users: number): Layout => ({ users, roomSize: users, firstRoom: 0 });

/**
 * Measures an empty process, in one of its own: after collections that are forced, V8 compiles again what joins run, which is
 * not to be part of their cost. Then a room in it is filled, left, and filled again, which is the cost of a join once warm.
 */
async function refilled(run: BenchRun): Promise<Memory> {
  const empty = await settledMemory(run);
  const [users = 0] = run.profile.hallUsers;
  const layout = hallOf(users);
  await joinAll(run, layout, { from: 0, to: users });
  await leaveAll(run, layout);
  const { cpuMs: cpu, missing } = await joinAll(run, layout, { from: 0, to: users });
  run.figures.add(`CPU of a join, one room, 0 to ${users} once warm`, 'ms', cpu);
  if (missing > 0) run.figures.add(`not joined, one room of ${users} once warm`, 'count', missing);
  return empty;
}

/** CPU of users who do nothing, and how late the event loop is then. */
async function addIdle(run: BenchRun): Promise<void> {
  const { running, figures, profile, label } = run;
  const [cpu, start] = [cpuMs(running.gateway.pid), performance.now()];
  await delay(profile.idleSeconds * 1_000);
  const share = (cpuMs(running.gateway.pid) - cpu) / (performance.now() - start);
  figures.add(`idle CPU, ${label}`, '%', 100 * share);
}

/**
 * A process gives back what it does not need any more step by step, V8 after some idle seconds only, and old channel keys are
 * kept for 15 s: settled is what falls by less than a hundredth in a step, after so many steps of 2 s as the profile has.
 */
const [MEMORY_STEP_MS, MOST_STEPS, SETTLED] = [2_000, 12, 0.99];

/** What the gateway's process needs, after collections of garbage. */
async function settledMemory({ running, profile }: BenchRun): Promise<Memory> {
  let last = memory(running.gateway.pid);
  for (let step = 0; step < MOST_STEPS; step++) {
    running.collectGarbage();
    await delay(MEMORY_STEP_MS);
    const now = memory(running.gateway.pid);
    if (step >= profile.memorySteps && now.uss > last.uss * SETTLED) return now;
    last = now;
  }
  return last;
}

async function addMemory(run: BenchRun, users: number, empty: Memory, label: string): Promise<void> {
  const { uss } = await settledMemory(run);
  run.figures.add(`memory of a user (USS), ${label}`, 'KiB', (uss - empty.uss) / users);
}

function addEntries({ figures }: BenchRun, name: string, { spread, missing, cpuMs: cpu }: Entries): void {
  figures.add(`${name}, p50`, 'ms', spread.p50);
  figures.add(`${name}, p99`, 'ms', spread.p99);
  figures.add(`${name}, CPU`, 'ms', cpu);
  if (missing > 0) figures.add(`${name}, unanswered`, 'count', missing);
}

function addDelivery(run: BenchRun, name: string, { spread, missing }: Delivery): void {
  addSpread(run, name, spread);
  if (missing > 0) run.figures.add(`${name}, not in time`, 'count', missing);
  if (missing < 0) run.figures.add(`${name}, twice`, 'count', -missing);
}

function addSpread({ figures }: BenchRun, name: string, spread: Delivery['spread']): void {
  figures.add(`${name}, p50`, 'ms', spread.p50);
  figures.add(`${name}, p99`, 'ms', spread.p99);
  figures.add(`${name}, p99.9`, 'ms', spread.p999);
}
