import { setTimeout as delay } from 'node:timers/promises';
import { quiet, roomIndex, type BenchRun, type Layout } from './bench-run.js';
import { nowMicros } from './clock.js';
import { pace, until } from './pacer.js';
import { cpuMs } from './procfs.js';
import type { Spread } from './stats.js';

/** Joins that wait for their answers at a time when as many as possible are to get in. */
const WINDOW = 16;
/** One join may take this long. */
const JOIN_MS = 30_000;

export interface Entries {
  readonly spread: Spread;
  /** Users who did not get in, in time or at all. */
  readonly missing: number;
  readonly perSecond: number;
  /** CPU of the gateway for each of them, in milliseconds, with all that followed from it. */
  readonly cpuMs: number;
}

/** Name of a user in rooms, `generation` makes it another one. */
export function nickname(user: number, generation = 0): string {
  return `${'nabcdefgh'.charAt(generation % 9)}${user}`;
}

export function occupant(run: BenchRun, layout: Layout, user: number, generation = 0): string {
  return `${run.system.room(roomIndex(layout, user))}/${nickname(user, generation)}`;
}

/** Users `from` to `to` join their room, so many a second: latency from the moment each was due. */
export async function joinPaced(
  run: BenchRun,
  layout: Layout,
  { from, to, perSecond }: { from: number; to: number; perSecond: number },
): Promise<Entries> {
  const { crowd } = run;
  return measured(run, to - from, async () => {
    await pace({
      count: to - from,
      perSecond,
      due: (index, dueMicros) =>
        crowd.enter(from + index, occupant(run, layout, from + index), dueMicros, true),
      flush: () => crowd.server.flush(),
    });
    await until(() => crowd.entering === 0, JOIN_MS);
  });
}

/** Users `from` to `to` join their room as fast as the system lets them in. */
export async function joinAll(
  run: BenchRun,
  layout: Layout,
  { from, to }: { from: number; to: number },
): Promise<Entries> {
  const { crowd, profile } = run;
  return measured(run, to - from, async () => {
    const end = performance.now() + profile.fillMs;
    let next = from;
    while (performance.now() < end && (next < to || crowd.entering > 0)) {
      for (; next < to && crowd.entering < WINDOW; next++) {
        crowd.enter(next, occupant(run, layout, next), nowMicros(), true);
      }
      crowd.server.flush();
      await delay(1);
    }
  });
}

/** Users change their nicknames, so many a second. */
export async function changeNicks(
  run: BenchRun,
  layout: Layout,
  { count, perSecond }: { count: number; perSecond: number },
): Promise<Entries> {
  const { crowd } = run;
  return measured(run, count, async () => {
    await pace({
      count,
      perSecond,
      due: (index, dueMicros) => {
        // Neighbours in time are no neighbours in a room.
        const user = (index * 11) % layout.users;
        const generation = 1 + Math.floor(index / layout.users);
        crowd.enter(user, occupant(run, layout, user, generation), dueMicros, false);
      },
      flush: () => crowd.server.flush(),
    });
    await until(() => crowd.entering === 0, JOIN_MS);
  });
}

export async function leaveAll(run: BenchRun, layout: Layout): Promise<void> {
  for (let user = 0; user < layout.users; user++) run.crowd.leave(user, occupant(run, layout, user));
  run.crowd.server.flush();
  await delay(500);
  await quiet(run, run.profile.quietMs);
}

async function measured(run: BenchRun, count: number, work: () => Promise<void>): Promise<Entries> {
  const { crowd, running } = run;
  crowd.expectEntries();
  const [cpu, start] = [cpuMs(running.gateway.pid), performance.now()];
  await work();
  const seconds = (performance.now() - start) / 1_000;
  await quiet(run, run.profile.quietMs);
  const missing = count - crowd.entered.length;
  if (missing > 0) {
    const reasons = [...crowd.refusals].map(([what, times]) => `${times} × ${what}`).join(', ');
    console.error(`    ${missing} of ${count} did not get what they asked for: ${reasons || 'no answer'}`);
  }
  return {
    spread: crowd.entered.spread(missing),
    missing,
    perSecond: crowd.entered.length / seconds,
    cpuMs: (cpuMs(running.gateway.pid) - cpu) / Math.max(1, crowd.entered.length),
  };
}
