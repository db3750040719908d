import { anyWorst, decoders, type DecoderRow } from '../test/support/decoders/index.js';
import { machine, median, printTable, type Row } from './table.js';

/*
 * What each decoder of the engine costs for an octet of the inputs that are hardest for it, at three sizes. Time linear
 * in the length shows as one figure throughout; what grows from column to column is a way to stop a process with a
 * message. Run with `npm run bench:decoders`; with a word, only the decoders that have it in their names.
 */
const SIZES = [1_000, 8_000, 64_000];
const RUNS = 9;
/** A run lasts at least so many milliseconds, so that the clock does not count. */
const RUN_MS = 1;
/** Octets at 64,000 may cost so much more than at 1,000 before the row is marked. */
const TOLERANCE = 4;

function once({ decode }: DecoderRow, octets: Uint8Array): void {
  try {
    decode(octets);
  } catch {
    // Refusing is as good as reading, if it is as quick.
  }
}

/** Nanoseconds for an octet, the median of some runs. */
function costOf(row: DecoderRow, octets: Uint8Array): number {
  const runs: number[] = [];
  let repeats = 1;
  while (runs.length < RUNS) {
    const start = performance.now();
    for (let i = 0; i < repeats; i++) once(row, octets);
    const elapsed = performance.now() - start;
    if (elapsed < RUN_MS && runs.length === 0) repeats *= 2;
    else runs.push((elapsed * 1e6) / repeats / Math.max(1, octets.length));
  }
  return median(runs);
}

const word = process.argv[2] ?? '';
const rows = decoders
  .filter(({ what }) => what.includes(word))
  .flatMap((row): readonly Row[] =>
    Object.entries({ ...anyWorst, ...row.worst }).map(([octets, make]) => {
      const costs = SIZES.map((size) => costOf(row, make(size)));
      const growth = (costs.at(-1) ?? 0) / (costs[0] ?? 1);
      const values = Object.fromEntries(SIZES.map((size, i) => [`${size} B`, costs[i] ?? Number.NaN]));
      return {
        what: `${growth > TOLERANCE ? '! ' : ''}${row.what}: ${octets}`,
        values: { ...values, growth },
      };
    }),
  );

console.log(machine());
printTable('Nanoseconds for an octet', rows);
