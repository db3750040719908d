import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { roomCount, roomIndex, type BenchRun, type Layout } from './bench-run.js';
import { reply, startModule, type Child } from './children.js';
import type { FarAnswer, FarOrder } from './far-side.js';
import { nowMicros } from './clock.js';
import { pace } from './pacer.js';
import type { Speech } from './profile.js';
import { cpuMs } from './procfs.js';
import { Samples, type Spread } from './stats.js';

/** Copies that have not come when nothing has come for so long are lost. */
const SILENCE_MS = 2_000;

/** Between two signs of life of the gateway. */
const PING_MS = 20;

/** What became of the lines of one run. */
export interface Delivery {
  readonly spread: Spread;
  /** Copies that did not come in time, or at all; below 0 when some came twice. */
  readonly missing: number;
  /** Copies a second from the first line to the last copy. */
  readonly perSecond: number;
  /** CPU of a delivered copy in microseconds: of the gateway, and of the server behind it. */
  readonly gatewayMicros: number;
  readonly serverMicros: number;
  /** Answers of the gateway to pings meanwhile, in milliseconds. */
  readonly pings: Spread;
  /** How long after they were due lines went out: the generator's own share in all latencies. */
  readonly sendingLate: Spread;
  /** What the far side heard, if anybody there listened. */
  readonly far?: Spread;
}

/**
 * Users talk, so many lines a second, evenly spread over all of them; each line has a copy for every one in the room.
 *
 * @param far users of the far side who hear it too
 */
export async function talk(run: BenchRun, layout: Layout, speech: Speech, far?: FarSide): Promise<Delivery> {
  const { crowd, system } = run;
  const count = linesOf(speech);
  const rooms = roomCount(layout);
  return delivered(run, count * layout.roomSize, far, (_, late) =>
    pace({
      late,
      count,
      perSecond: speech.perSecond,
      due: (index, dueMicros) => {
        const inRoom = Math.floor(index / rooms) % layout.roomSize;
        const user = ((index % rooms) * layout.roomSize + inRoom) % layout.users;
        crowd.say(user, system.room(roomIndex(layout, user)), dueMicros);
      },
      flush: () => crowd.server.flush(),
    }),
  );
}

/** The same from the far side: each line has a copy for every Jabber user in the room. */
export async function hear(run: BenchRun, layout: Layout, speech: Speech, far: FarSide): Promise<Delivery> {
  const count = linesOf(speech);
  return delivered(run, count * layout.roomSize, undefined, (number) =>
    far.speak({ run: number, count, perSecond: speech.perSecond }),
  );
}

function linesOf({ perSecond, seconds }: Speech): number {
  return Math.max(1, Math.round(perSecond * seconds));
}

async function delivered(
  run: BenchRun,
  expected: number,
  far: FarSide | undefined,
  send: (number: number, late: Samples) => Promise<void>,
): Promise<Delivery> {
  const { crowd, running, profile } = run;
  const late = new Samples();
  const number = crowd.expectCopies();
  await far?.listen(number);
  const pids = [running.gateway.pid, running.serverPid];
  const before = pids.map(cpuMs);
  const start = performance.now();
  crowd.expectPings();
  const prober = setInterval(() => {
    crowd.ping(0, nowMicros());
    crowd.server.flush();
  }, PING_MS);
  try {
    await send(number, late);
  } finally {
    clearInterval(prober);
  }
  const end = performance.now() + profile.drainMs;
  const sent = performance.now();
  while (crowd.copies.length < expected && performance.now() < end) {
    if (performance.now() - Math.max(sent, crowd.lastCopyMs) > SILENCE_MS) break;
    await delay(10);
  }
  const copies = crowd.copies.length;
  const missing = expected - copies;
  const used = pids.map((pid, i) => ((cpuMs(pid) - (before[i] ?? 0)) * 1_000) / copies);
  return {
    spread: crowd.copies.spread(missing),
    missing,
    perSecond: (1_000 * copies) / (crowd.lastCopyMs - start),
    gatewayMicros: used[0] ?? Number.NaN,
    serverMicros: used[1] ?? Number.NaN,
    pings: crowd.pings.spread(),
    sendingLate: late.spread(),
    ...(far && { far: await far.heard() }),
  };
}

/** The users of the far side, one in each room. */
export class FarSide {
  readonly #child: Child;

  private constructor(child: Child) {
    this.#child = child;
  }

  static async start(run: BenchRun, layout: Layout): Promise<FarSide> {
    const channels = Array.from({ length: roomCount(layout) }, (_, i) =>
      run.system.channel(layout.firstRoom + i),
    );
    const child = await startModule(
      './far-side.ts',
      [...run.running.far, ...channels],
      join(run.running.folder, 'far-side.log'),
    );
    await reply<FarAnswer>(child, 60_000);
    return new FarSide(child);
  }

  /** Begins to count the lines of a run. */
  async listen(run: number): Promise<void> {
    await this.#ask({ type: 'listen', run });
  }

  async heard(): Promise<Spread> {
    const answer = await this.#ask({ type: 'heard' });
    if (!('heard' in answer)) throw new Error('the far side answers another question');
    return answer.heard;
  }

  async speak(order: { run: number; count: number; perSecond: number }): Promise<void> {
    await this.#ask({ type: 'speak', ...order }, 60_000);
  }

  async stop(): Promise<void> {
    await this.#child.stop();
  }

  #ask(order: FarOrder, limitMs = 10_000): Promise<FarAnswer> {
    const answer = reply<FarAnswer>(this.#child, limitMs);
    this.#child.process.send(order);
    return answer;
  }
}
