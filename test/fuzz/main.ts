import yargs from 'yargs';
import { hideBin } from 'yargs/helpers';
import { toHex, utf8 } from '../../src/silc/bytes.js';
import { readCorpus, writeCorpus } from './support/corpus.js';
import { changed, SeededRandom } from './support/random.js';
import type { Target } from './support/target.js';
import { callTargets } from './targets/calls.js';
import { decoderTargets } from './targets/decoders.js';
import { gatewayTargets } from './targets/gateway.js';
import { machineTargets } from './targets/machines.js';
import { mappingTargets } from './targets/mapping.js';
import { processTargets } from './targets/process.js';
import { serverTargets } from './targets/server.js';
import { sessionTargets } from './targets/sessions.js';
import { sftpTargets } from './targets/sftp.js';

/** New seeds that a target may find while it runs. */
const MAX_FOUND = 64;
/** An input that takes longer is told of. */
const SLOW_MS = 100;
/** Inputs of the decoders in one turn. */
const TURN = 5_000;

const options = await yargs(hideBin(process.argv))
  .options({
    runs: {
      type: 'number',
      default: 1_000_000,
      describe: 'inputs of each decoder; dearer targets get fewer',
    },
    seed: { type: 'number', describe: 'default: by the clock' },
    seconds: { type: 'number', default: Infinity, describe: 'at most so long for each target' },
    only: { type: 'string', default: '', describe: 'targets whose names match' },
    part: { type: 'string', default: '1/1', describe: 'of so many parts, this one (2/5)' },
    keep: { type: 'boolean', default: false, describe: 'put what was found of interest into the corpus' },
  })
  .strict()
  .parse();

const seed = options.seed ?? Math.floor(Date.now() / 1_000) % 1_000_000;
const pattern = new RegExp(options.only);
const targets = [
  ...decoderTargets,
  ...machineTargets,
  ...mappingTargets,
  ...sftpTargets,
  ...sessionTargets,
  ...serverTargets,
  ...gatewayTargets,
  ...callTargets,
  ...processTargets(seed),
];
const corpus = readCorpus();
const interesting = new Map(corpus);
let [inputs, faults] = [0, 0];
console.log(`seed ${seed}`);
// What nobody waits for is a fault, too.
process.on('unhandledRejection', (error) => {
  faults++;
  console.log(`FAULT of nobody: ${wordsOf(error)}`);
});
// What was done until then is told.
const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
const [part = 1, parts = 1] = options.part.split('/').map(Number);
const chosen = targets.filter(({ name }) => pattern.test(name));
for (const target of chosen.filter((_, index) => index % parts === part - 1)) {
  if (!stop.signal.aborted) await fuzz(target);
}
for (const { close } of targets) await close?.();
if (options.keep) writeCorpus(interesting);
console.log(`${inputs} inputs, ${faults} faults, seed ${seed}`);
process.exit(faults === 0 ? 0 : 1);

/** The corpus first, then changes of it and of what leads to outcomes that were not there before. */
async function fuzz({ name, seeds, cost, run }: Target): Promise<void> {
  const random = new SeededRandom(utf8(name).reduce((sum, octet) => (sum * 31 + octet) >>> 0, seed) >>> 0);
  const kept = corpus.get(name) ?? [];
  const pool = [...seeds, ...kept];
  const found: Uint8Array[] = [];
  const outcomes = new Set<string>();
  const runs = Math.ceil(options.runs / cost);
  const began = performance.now();
  let [done, slowest] = [0, 0];
  const attempt = async (input: Uint8Array): Promise<boolean> => {
    const start = performance.now();
    let outcome: string;
    try {
      const result = run(input.slice());
      outcome = typeof result === 'string' ? result : await result;
    } catch (error) {
      faults++;
      console.log(`FAULT ${name}: ${wordsOf(error)}`);
      console.log(`  input ${toHex(input)}`);
      interesting.set(name, [input, ...(interesting.get(name) ?? [])]);
      return false;
    }
    slowest = Math.max(slowest, performance.now() - start);
    if (!outcomes.has(outcome) && outcomes.size < MAX_FOUND) {
      outcomes.add(outcome);
      found.push(input);
      pool.push(input);
    }
    return true;
  };
  for (const input of [...pool]) await attempt(input);
  while (done < runs && !stop.signal.aborted && performance.now() - began < options.seconds * 1_000) {
    done++;
    // One fault of a target is enough to look for its cause.
    if (!(await attempt(changed(random, random.of(pool), pool)))) break;
    if (done % Math.ceil(TURN / cost) === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  inputs += done;
  interesting.set(name, [...(interesting.get(name) ?? []), ...found]);
  const seconds = (performance.now() - began) / 1_000;
  const slow = slowest > SLOW_MS ? `, slowest ${Math.round(slowest)} ms` : '';
  console.log(`${name}: ${done} inputs, ${outcomes.size} outcomes, ${seconds.toFixed(1)} s${slow}`);
}

function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? '' : `\ncaused by ${wordsOf(error.cause)}`;
  return `${error.stack ?? error.message}${cause}`;
}
