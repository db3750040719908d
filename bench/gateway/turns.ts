import { quiet, withSystem, type BenchRun, type Layout } from './bench-run.js';
import { Figures } from './figures.js';
import { flood, type Flood } from './flood.js';
import { joinAll } from './joins.js';
import type { Profile } from './profile.js';
import { ratioOf, type Ratio } from './stats.js';
import type { System } from './system.js';

/** Lines on the way at a time: enough that nobody ever waits for work, and few enough that queues stay short. */
const WINDOW = 200;
/** Longest rest of a system before the next one has its turn, and turns that count for nothing. */
const [REST_MS, WARM_UP] = [2_000, 2];

interface Contender {
  readonly run: BenchRun;
  readonly floods: Flood[];
}

/** All turns of one system. */
export interface Turns {
  readonly system: string;
  readonly rounds: readonly Figures[];
  /** Its copies a second by those of the last system. */
  readonly share: Ratio;
}

/**
 * What systems deliver at most, measured in turns of a second or two while the others rest, in another order each round: what the
 * machine does meanwhile, and garbage that is collected now and then, hits them all alike. A hundred users in rooms of ten.
 */
export async function takeTurns(systems: readonly System[], profile: Profile): Promise<readonly Turns[]> {
  const layout: Layout = { users: profile.fewUsers, roomSize: 10, firstRoom: 0 };
  const seconds = profile.turnSeconds;
  const contenders: Contender[] = [];

  /** Each in the middle of those that were started before. */
  async function startNext(): Promise<void> {
    const system = systems[contenders.length];
    if (system === undefined) {
      await rounds();
      return;
    }
    const options = { users: layout.users, profile, figures: new Figures(), label: 'turns' };
    await withSystem(system, options, async (run) => {
      const { missing } = await joinAll(run, layout, { from: 0, to: layout.users });
      if (missing > 0) throw new Error(`${system.name}: ${missing} users did not get in`);
      contenders.push({ run, floods: [] });
      await startNext();
    });
  }

  async function rounds(): Promise<void> {
    for (let round = -WARM_UP; round < profile.turns; round++) {
      for (const { run, floods } of inOrder(contenders, round + WARM_UP)) {
        const done = await flood(run, layout, { window: WINDOW, seconds });
        if (round >= 0) floods.push(done);
        await quiet(run, REST_MS);
      }
      if (round >= 0)
        console.error(`  turn ${round + 1} of ${profile.turns}: ${contenders.map(lastOf).join(', ')}`);
    }
  }

  await startNext();
  const reference = contenders.at(-1)?.floods ?? [];
  return contenders.map(({ run, floods }) => ({
    system: run.system.name,
    rounds: floods.map(figuresOf),
    share: ratioOf(floods.map(amountOf), reference.map(amountOf)),
  }));
}

/** Another one begins each time, and every second time it goes backwards. */
function inOrder<T>(list: readonly T[], round: number): readonly T[] {
  const first = Math.floor(round / 2) % list.length;
  const turned = [...list.slice(first), ...list.slice(0, first)];
  return round % 2 === 0 ? turned : turned.toReversed();
}

const amountOf = ({ copies, seconds }: Flood): { amount: number; per: number } => ({
  amount: copies,
  per: seconds,
});

const lastOf = ({ run, floods }: Contender): string => {
  const { copies, seconds } = floods.at(-1) ?? { copies: 0, seconds: Number.NaN };
  return `${run.system.name} ${Math.round(copies / seconds)}/s`;
};

function figuresOf({ copies, seconds, cpuMs, p50 }: Flood): Figures {
  const figures = new Figures('silent');
  figures.add(`copies/s, ${WINDOW} lines on the way`, '1/s', copies / seconds);
  figures.add('CPU of a copy', 'µs', (1_000 * cpuMs) / copies);
  figures.add('line to copy, p50', 'ms', p50);
  return figures;
}
