import { writeFileSync } from 'node:fs';
import yargs from 'yargs';
import { hideBin } from 'yargs/helpers';
import { run, type RunResult } from './run.js';
import { isFault, textOf } from './schedule.js';

/** Faults of one run that are printed, of each kind. */
const MAX_PRINTED = 5;

const options = await yargs(hideBin(process.argv))
  .options({
    runs: { type: 'number', default: 20, describe: 'how many' },
    seed: { type: 'number', describe: 'of the first one; the others follow. Default: by the clock' },
    concurrency: { type: 'number', default: 4, describe: 'runs at a time' },
    seconds: { type: 'number', describe: 'begin no run after so many' },
    only: {
      type: 'string',
      default: '',
      choices: ['', 'jabber', 'silc', 'none'],
      describe: 'faults of one link only, or none',
    },
    again: {
      type: 'number',
      default: 0,
      describe:
        'so many seeds that fail are run once more, alone: what fails for want of a processor does not fail then',
    },
    trace: { type: 'string', describe: 'folder for what happened in runs that fail' },
  })
  .strict()
  .parse();

const first = options.seed ?? Math.floor(Date.now() / 1000) % 1_000_000;
const foreign = foreignServer(process.env.SILC_INTEROP);
const began = performance.now();
const sum = { runs: 0, lines: 0, untold: 0, twice: 0, ghosts: 0, others: 0, red: 0 };
const failed: number[] = [];
let next = first;

console.log(`seeds from ${first}`);
await Promise.all(Array.from({ length: options.concurrency }, worker));
console.log(
  `runs ${sum.runs}, green ${sum.runs - sum.red}, seeds ${first} to ${next - 1}, ${Math.round((performance.now() - began) / 1000)} s`,
);
console.log(
  `runs ${sum.runs}, lines ${sum.lines}, lost untold ${sum.untold}, twice ${sum.twice}, ghosts ${sum.ghosts}, other faults ${sum.others}`,
);
process.exit((await failsAgain()) ? 1 : 0);

/** Runs what has failed once more, unless it is too much. */
async function failsAgain(): Promise<boolean> {
  if (failed.length > options.again) return true;
  const seeds = failed.splice(0);
  for (const seed of seeds) {
    report(seed, await run(seed, options.only, foreign));
    console.log(`seed ${seed} alone: ${failed.includes(seed) ? 'fails again' : 'green'}`);
  }
  return failed.length > 0;
}

async function worker(): Promise<void> {
  const isTime = (): boolean =>
    options.seconds === undefined || performance.now() - began < options.seconds * 1000;
  while (next < first + options.runs && isTime()) {
    const seed = next++;
    report(seed, await run(seed, options.only, foreign));
  }
}

function report(seed: number, result: RunResult): void {
  const { lines, untold, twice, ghosts, others, schedule, trace, ms } = result;
  sum.runs++;
  sum.lines += lines;
  sum.untold += untold.length;
  sum.twice += twice.length;
  sum.ghosts += ghosts.length;
  sum.others += others.length;
  const wrong = [
    ...untold.slice(0, MAX_PRINTED).map((text) => `lost untold: ${text}`),
    ...twice.slice(0, MAX_PRINTED).map((text) => `twice: ${text}`),
    ...ghosts.slice(0, MAX_PRINTED),
    ...others.slice(0, MAX_PRINTED),
  ];
  if (wrong.length === 0) return;
  sum.red++;
  failed.push(seed);
  const { clients, silcUsers, channels, graceMs, rejoinMs, keepsOldComponent } = schedule.cast;
  console.log(
    `\nseed ${seed} fails after ${ms} ms (again by: --seed ${seed} --runs 1)\n` +
      `  ${clients.length} Jabber clients, ${silcUsers.length} SILC users, ${channels.length} channels, ` +
      `grace ${graceMs}, rejoin ${rejoinMs}${keepsOldComponent ? ', old component kept' : ''}\n` +
      `  faults: ${schedule.steps.filter(isFault).map(textOf).join('; ')}`,
  );
  for (const text of wrong) console.log(`  - ${text}`);
  const words = [
    'fault:',
    'gateway:',
    'jabber server:',
    ...wrong.flatMap((text) => text.match(/L\d+ \w+/) ?? []),
  ];
  for (const entry of trace.about(words, 60)) console.log(`    ${entry}`);
  if (options.trace !== undefined) {
    writeFileSync(`${options.trace}/seed-${seed}.txt`, `${[...wrong, ...trace.all()].join('\n')}\n`);
  }
}

function foreignServer(text: string | undefined): { host: string; port: number } | undefined {
  const [host, port] = text?.split(':') ?? [];
  return host === undefined || port === undefined ? undefined : { host, port: Number(port) };
}
