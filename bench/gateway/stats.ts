/** Latencies of one measurement in milliseconds; Infinity where so many never came. */
export interface Spread {
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

/** A growing list of numbers that costs eight octets each: copies come by the hundred thousand. */
export class Samples {
  #values = new Float64Array(1_024);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  add(value: number): void {
    if (this.#length === this.#values.length) {
      const longer = new Float64Array(this.#length * 2);
      longer.set(this.#values);
      this.#values = longer;
    }
    this.#values[this.#length++] = value;
  }

  /** @param missing values that never came: they count as longer than all others */
  spread(missing = 0): Spread {
    const sorted = new Float64Array(this.#length + Math.max(0, missing)).fill(Infinity);
    sorted.set(this.#values.subarray(0, this.#length));
    sorted.sort();
    const [p50, p99, p999] = [0.5, 0.99, 0.999].map((fraction) => nearestRank(sorted, fraction));
    return {
      count: this.#length,
      p50: p50 ?? Number.NaN,
      p99: p99 ?? Number.NaN,
      p999: p999 ?? Number.NaN,
      max: sorted.at(-1) ?? Number.NaN,
    };
  }
}

/** The smallest value that at least `fraction` of the values do not exceed; NaN of none. */
export function nearestRank(sorted: ArrayLike<number>, fraction: number): number {
  const rank = Math.ceil(sorted.length * fraction) - 1;
  return sorted[Math.min(sorted.length - 1, Math.max(0, rank))] ?? Number.NaN;
}

/** The middle value, or the mean of the two middle ones; what was not measured (NaN) does not count. */
export function median(values: readonly number[]): number {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort((a, b) => a - b);
  const middle = sorted.length / 2;
  if (sorted.length === 0) return Number.NaN;
  if (sorted.length % 2 === 1) return sorted[Math.floor(middle)] ?? Number.NaN;
  return ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2;
}

/** Something counted, and in how long. */
export interface Count {
  readonly amount: number;
  readonly per: number;
}

/** A ratio of two rates, and its standard error. */
export interface Ratio {
  readonly ratio: number;
  readonly error: number;
}

/**
 * The rate of all rounds of one by that of another, measured side by side. What a pause of the machine, or of one of both, costs a
 * round counts as much as it took. The error is found by leaving each round out once (jackknife).
 */
export function ratioOf(rounds: readonly Count[], others: readonly Count[]): Ratio {
  const without = (left: number): number =>
    rateOf(rounds.filter((_, i) => i !== left)) / rateOf(others.filter((_, i) => i !== left));
  const ratio = without(-1);
  const count = rounds.length;
  const squares = rounds.reduce((sum, _, i) => sum + (without(i) - ratio) ** 2, 0);
  return { ratio, error: Math.sqrt((squares * (count - 1)) / count) };
}

const rateOf = (counts: readonly Count[]): number =>
  counts.reduce((sum, { amount }) => sum + amount, 0) / counts.reduce((sum, { per }) => sum + per, 0);

/** What was seen at one offered rate. */
export interface Load {
  /** Copies that were due each second. */
  readonly offered: number;
  /** Copies delivered each second, from the first line's moment to the last copy. */
  readonly delivered: number;
  /** Milliseconds, of all copies of the run; Infinity when some never came. */
  readonly p99: number;
}

/** The knee and the ceiling of a climb, in copies a second. */
export interface Climb {
  readonly knee: number;
  readonly ceiling: number;
  readonly loads: readonly Load[];
}

/**
 * Finds the highest rate that is delivered in time: doubles from `from` until a rate is not carried, then halves the gap
 * on the logarithmic scale `refinements` times. The ceiling is the most that was delivered at any rate. A rate that is
 * not carried is tried once more, since one pause of the machine must not end the climb.
 *
 * @param run measures one offered rate
 */
export async function climb(
  run: (offered: number) => Promise<Load>,
  options: {
    readonly from: number;
    readonly limit: number;
    readonly p99Ms: number;
    readonly refinements: number;
    /** At most so many runs altogether. */
    readonly runs: number;
  },
): Promise<Climb> {
  const loads: Load[] = [];
  const carried = async (offered: number): Promise<boolean> => {
    for (let attempt = 0; attempt < 2 && loads.length < options.runs; attempt++) {
      const load = await run(offered);
      loads.push(load);
      if (load.p99 < options.p99Ms) return true;
      // Far beyond the limit nothing is gained by a second look.
      if (load.p99 > 8 * options.p99Ms) return false;
    }
    return false;
  };
  let [low, high] = [0, options.from];
  while (high <= options.limit && (await carried(high))) [low, high] = [high, high * 2];
  // Not even the first rate was carried: look below it.
  while (low === 0 && high > options.from / 64) {
    if (await carried(high / 4)) low = high / 4;
    else high /= 4;
  }
  for (let i = 0; i < options.refinements && low > 0 && high <= options.limit; i++) {
    const middle = Math.round(Math.sqrt(low * high));
    if (await carried(middle)) low = middle;
    else high = middle;
  }
  const inTime = loads.filter((load) => load.p99 < options.p99Ms);
  return {
    knee: Math.max(0, ...inTime.map((load) => load.delivered)),
    ceiling: Math.max(0, ...loads.map((load) => load.delivered)),
    loads,
  };
}
