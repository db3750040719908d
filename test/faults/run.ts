import { SilcError } from '../../src/silc/errors.js';
import { Deeds } from './deeds.js';
import { scheduleOf, type Schedule } from './schedule.js';
import { Trace } from './trace.js';
import { type ForeignServer, World } from './world.js';

/*
 * One run: people come, talk, leave and come back by a schedule that a seed makes, while proxies, the Jabber server and the
 * SILC server do what networks and servers do. Then nothing breaks any more, and within a bounded time
 *
 * - everybody is where it wants to be; every join, leave and iq that has got to the gateway is answered (what was lost on its way
 *   to it, the client gives up and tries again);
 * - everybody shows exactly those on a channel whom the SILC server lists, and the server lists exactly those who should be there;
 * - everybody hears what everybody says last, at the latest when it is said the fourth time.
 *
 * The ledger judges each line that was said meanwhile (`ledger.ts`). In the end all Jabber users log out, and none of them may
 * be left on SILC. Times are shortened by configuration and options; the schedule is the same for a seed, what threads and
 * sockets make of it is not.
 */

/** After the last fault everything has to be right within so many milliseconds. */
const SETTLE_MS = 15_000;
/** A silcd lists clients whose links were reset until it fails to write to them: up to 20 s were seen. */
const FOREIGN_SETTLE_MS = 45_000;
/** What must not come any more has so long to come. */
const QUIET_MS = 250;
const LOOK_MS = 40;
/** A last line that was not heard by then is said again, so often, when all are where they want to be. */
const [LAST_LINES_MS, MAX_ROUNDS] = [4_000, 3];
/** Of a line that somebody may still hear; counted by the ledger in the end. */
const WAITS = 'not yet: ';

export interface RunResult {
  readonly schedule: Schedule;
  readonly lines: number;
  readonly untold: readonly string[];
  readonly twice: readonly string[];
  readonly ghosts: readonly string[];
  /** Whatever else is wrong: no answer, a line of another room, somebody missing, an internal error. */
  readonly others: readonly string[];
  readonly trace: Trace;
  readonly ms: number;
}

/** Plays the schedule of a seed. @param foreign a SILC server of others, which is not restarted */
export async function run(seed: number, only: string, foreign?: ForeignServer): Promise<RunResult> {
  const schedule = scheduleOf(seed, { ownServer: foreign === undefined, only });
  const trace = new Trace();
  const word = foreign === undefined ? '' : `${process.pid.toString(36)}x${seed.toString(36)}`;
  const world = await World.start(schedule.cast, trace, foreign, word);
  try {
    const play = new Play(world, schedule, trace, foreign === undefined ? SETTLE_MS : FOREIGN_SETTLE_MS);
    return { schedule, trace, ...(await play.play()), ms: trace.ms };
  } finally {
    await world.close();
  }
}

class Play {
  readonly #world: World;
  readonly #schedule: Schedule;
  readonly #trace: Trace;
  readonly #deeds: Deeds;
  readonly #settleMs: number;

  constructor(world: World, schedule: Schedule, trace: Trace, settleMs: number) {
    this.#world = world;
    this.#schedule = schedule;
    this.#trace = trace;
    this.#deeds = new Deeds(world, trace);
    this.#settleMs = settleMs;
  }

  async play(): Promise<Omit<RunResult, 'schedule' | 'trace' | 'ms'>> {
    const world = this.#world;
    await Promise.all(world.silcUsers.map((user) => user.connect()));
    for (const user of world.jabberUsers) {
      for (const channel of user.channels) user.want(channel);
      user.login();
    }
    const begin = performance.now();
    for (const step of this.#schedule.steps) {
      const wait = begin + step.at - performance.now();
      if (wait > 0) await pause(wait);
      this.#deeds.do(step);
    }
    await this.#deeds.done();
    this.#trace.note('run', 'nothing breaks any more');
    world.silcProxy.bury();
    world.jabberProxy.bury();
    let unsettled = await this.#until(() => this.#wrongOf());
    for (
      let round = 0, unheard: readonly string[] = ['nothing'];
      unheard.length > 0 && unsettled.length === 0;
      round++
    ) {
      unheard = await this.#sayLastLines();
      // Somebody was put out once more: everybody comes to rest again.
      unsettled = round < MAX_ROUNDS ? await this.#until(() => this.#wrongOf()) : unheard;
    }
    await pause(QUIET_MS);
    const late = unsettled.length > 0 ? unsettled : await this.#wrongOf();
    const verdict = world.ledger.verdict();
    const left = await this.#empty();
    const all = [...late.filter((text) => !text.startsWith(WAITS)), ...left, ...world.faults];
    return {
      ...verdict,
      ghosts: all.filter((text) => text.startsWith('ghost')),
      others: all.filter((text) => !text.startsWith('ghost')),
    };
  }

  /** @returns who has not heard one of them in time */
  async #sayLastLines(): Promise<readonly string[]> {
    const world = this.#world;
    this.#trace.note('run', 'everybody says a last line');
    const lines = [...world.jabberUsers, ...world.silcUsers]
      .flatMap((user) => [...user.wanted].map((room) => user.say(room)))
      .filter((line) => line !== undefined);
    return this.#until(() => Promise.resolve(world.ledger.unheard(lines)), LAST_LINES_MS);
  }

  /** Everybody goes: nobody of the gateway is left on SILC. */
  async #empty(): Promise<readonly string[]> {
    const world = this.#world;
    for (const user of world.jabberUsers) {
      user.logout();
      user.stop();
    }
    return this.#until(async () => {
      const lists = await Promise.all(
        world.channels.map(async (channel) => {
          const expected = world.silcUsers.filter((user) => user.wanted.has(channel)).map(({ nick }) => nick);
          return differences(expected, await world.listed(channel), `${channel} after all have gone`);
        }),
      );
      return lists.flat();
    });
  }

  /** Looks until nothing is wrong, or time is up. @returns what is wrong still */
  async #until(look: () => Promise<readonly string[]>, ms = this.#settleMs): Promise<readonly string[]> {
    const deadline = performance.now() + ms;
    for (;;) {
      const wrong = await look();
      if (wrong.length === 0 || performance.now() > deadline) return wrong;
      await pause(LOOK_MS);
    }
  }

  /** What is not yet as it has to be in the end. */
  async #wrongOf(): Promise<readonly string[]> {
    const world = this.#world;
    // The gateway may not have noticed yet.
    const isAttached = world.link.online && world.jabberServer.stream !== undefined;
    if (!isAttached) return ['the gateway is not attached'];
    const open = [...world.jabberUsers, ...world.silcUsers].flatMap((user) => user.open);
    if (open.length > 0) return open;
    const { untold } = world.ledger.verdict();
    const wrong: string[] = untold.map((text) => `${WAITS}${text}`);
    for (const channel of world.channels) {
      let listed: readonly string[];
      try {
        listed = await world.listed(channel);
      } catch (error) {
        if (!(error instanceof SilcError)) throw error;
        return [`no list of ${channel}: ${error.message}`];
      }
      wrong.push(...differences(world.expected(channel), listed, `${channel} on the server`));
      for (const user of world.jabberUsers) {
        const shown = user.shown(channel);
        if (shown !== undefined)
          wrong.push(...differences(listed, shown, `${channel} as ${user.full} sees it`));
      }
    }
    return wrong;
  }
}

/** Who is in `found` and should not be is a ghost; who is not and should is missing. */
function differences(wanted: readonly string[], found: readonly string[], where: string): readonly string[] {
  const rest = [...found];
  const missing = wanted.filter((name) => {
    const index = rest.indexOf(name);
    if (index >= 0) rest.splice(index, 1);
    return index < 0;
  });
  return [
    ...rest.map((name) => `ghost: ${name} in ${where}`),
    ...missing.map((name) => `missing: ${name} in ${where}`),
  ];
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
