import { setTimeout as delay } from 'node:timers/promises';
import { roomCount, roomIndex, type BenchRun, type Layout } from './bench-run.js';
import { nowMicros } from './clock.js';
import { until } from './pacer.js';
import { cpuMs } from './procfs.js';

/** Between two looks at how many copies have come. */
const TICK_MS = 1;
/** For the last copies. */
const DRAIN_MS = 10_000;

/** What a system delivers that always has something to do. */
export interface Flood {
  readonly copies: number;
  /** From the first line to the end of talking: the last copies are no part of it. */
  readonly seconds: number;
  /** CPU of the gateway meanwhile, all threads together. */
  readonly cpuMs: number;
  /** Milliseconds from a line to its copy. */
  readonly p50: number;
}

/**
 * Closed loop: users talk for so long, one line more for each that everybody has heard, so that `window` lines are on the way all
 * the time. @throws when copies are missing in the end
 */
export async function flood(
  run: BenchRun,
  layout: Layout,
  { window, seconds }: { readonly window: number; readonly seconds: number },
): Promise<Flood> {
  const { crowd, system, running } = run;
  const rooms = roomCount(layout);
  crowd.expectCopies();
  const [start, cpu] = [performance.now(), cpuMs(running.gateway.pid)];
  let said = 0;
  do {
    const allowed = Math.floor(crowd.copies.length / layout.roomSize) + window;
    for (; said < allowed; said++) {
      const inRoom = Math.floor(said / rooms) % layout.roomSize;
      const user = ((said % rooms) * layout.roomSize + inRoom) % layout.users;
      crowd.say(user, system.room(roomIndex(layout, user)), nowMicros());
    }
    crowd.server.flush();
    await delay(TICK_MS);
  } while (performance.now() - start < 1_000 * seconds);
  const copies = crowd.copies.length;
  const done = { copies, seconds: (performance.now() - start) / 1_000 };
  const used = cpuMs(running.gateway.pid) - cpu;
  const expected = said * layout.roomSize;
  await until(() => crowd.copies.length >= expected, DRAIN_MS);
  const missing = expected - crowd.copies.length;
  if (missing !== 0) throw new Error(`${system.name}: ${missing} of ${expected} copies are missing`);
  return { ...done, cpuMs: used, p50: crowd.copies.spread().p50 };
}
