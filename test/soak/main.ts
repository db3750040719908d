import yargs from 'yargs';
import { hideBin } from 'yargs/helpers';
import { machine } from '../../bench/table.js';
import { killAll } from '../../bench/gateway/children.js';
import { type Bound, FIGURES, judge, type Sample } from './flatness.js';
import { soak } from './run.js';

/** What a run that is too short for all caches to fill may grow by besides. */
const WARM_MINUTES = 20;

const options = await yargs(hideBin(process.argv))
  .options({
    hours: { type: 'number', describe: 'how long' },
    minutes: { type: 'number', describe: 'how long, for a short one', conflicts: 'hours' },
    users: { type: 'number', default: 200, describe: 'who talk, join, leave, rename and ask' },
    pause: { type: 'number', default: 4, describe: 'seconds between two deeds of a user' },
    every: {
      type: 'number',
      describe: 'seconds between two looks. Default: 120 looks in all, each second at most',
    },
    seed: { type: 'number', default: 1, describe: 'of what the users do' },
  })
  .strict()
  .parse();

const seconds = 60 * (options.minutes ?? (options.hours ?? 1) * 60);
const everySeconds = options.every ?? Math.max(1, seconds / 120);
const isShort = seconds < WARM_MINUTES * 60;
const bounds: readonly Bound[] = [
  { figure: 'heap MiB', absolute: isShort ? 24 : 6, part: 0.05 },
  { figure: 'octets MiB', absolute: 6, part: 0.05 },
  { figure: 'rss MiB', absolute: isShort ? 48 : 24, part: 0.08 },
  { figure: 'other fds', absolute: 8, part: 0.1 },
  { figure: 'timers', absolute: 100, part: 0.05 },
];

console.log(`${options.users} users for ${seconds} s, seed ${options.seed}; ${machine()}`);
console.log(['seconds', ...FIGURES].map((title) => title.padStart(10)).join(' '));
try {
  const { samples, tally, unanswered, strange, dropped, log } = await soak({
    ...{ users: options.users, seconds, pauseSeconds: options.pause },
    ...{ everySeconds, seed: options.seed },
    onSample: ({ seconds: at, values }: Sample) => {
      const cells = [at, ...FIGURES.map((figure) => values[figure])];
      console.log(cells.map((cell) => cell.toFixed(Number.isInteger(cell) ? 0 : 1).padStart(10)).join(' '));
    },
  });
  console.log(`done: ${list(tally.done)}`);
  console.log(`refused: ${list(tally.refused)}`);
  const verdicts = judge(samples, bounds);
  for (const { figure, from, to, allowed, isFlat } of verdicts) {
    console.log(
      `${figure}: ${from.toFixed(1)} at the middle, ${to.toFixed(1)} at the end, ${allowed.toFixed(1)} more allowed: ${isFlat ? 'flat' : 'NOT FLAT'}`,
    );
  }
  console.log(`unanswered ${unanswered}, answered twice ${strange}, stanzas dropped ${dropped}`);
  const isGood = verdicts.every(({ isFlat }) => isFlat) && unanswered === 0 && strange === 0 && dropped === 0;
  if (!isGood) console.log(log);
  process.exitCode = isGood ? 0 : 1;
} finally {
  killAll();
}

function list(counts: ReadonlyMap<string, number>): string {
  return [...counts].map(([what, count]) => `${what} ${count}`).join(', ') || 'nothing';
}
