import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

const PREFIX = 'silc_xmpp_';

/** Names of figures with their help texts. */
export type Descriptions<Name extends string> = Readonly<Record<Name, string>>;

/** A figure that is told apart by labels. */
export interface Labelled {
  readonly help: string;
  readonly labels: readonly string[];
}

/** A value that is looked up each time somebody asks: one, or one for each set of labels. */
export interface Sample extends Labelled {
  /** It only grows. */
  readonly isCounter?: boolean;
  readonly read: () => Iterable<readonly [labels: Readonly<Record<string, string>>, value: number]>;
}

/** All figures by their names, without prefix and `_total`. */
export interface Catalogue<
  CounterName extends string,
  GaugeName extends string,
  CountedName extends string,
  DurationName extends string,
> {
  readonly counters: Descriptions<CounterName>;
  readonly gauges: Descriptions<GaugeName>;
  readonly counted: Readonly<Record<CountedName, Labelled>>;
  readonly durations: Descriptions<DurationName>;
  readonly samples: Readonly<Record<string, Sample>>;
}

export interface Metrics<
  CounterName extends string,
  GaugeName extends string,
  CountedName extends string,
  DurationName extends string,
> {
  readonly registry: Registry;
  increment(counter: CounterName, by?: number): void;
  adjust(gauge: GaugeName, by: number): void;
  count(counter: CountedName, labels: Readonly<Record<string, string>>, by?: number): void;
  took(duration: DurationName, ms: number): void;
  /** The own figures as they are now; those with labels are summed up, of durations it is how many there were. */
  readonly figures: () => Promise<readonly (readonly [name: string, value: number])[]>;
}

/** Upper bounds in seconds: from a local hand-over to a join that comes to its deadline. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/**
 * The process' figures for Prometheus: the given counters (`silc_xmpp_…_total`), gauges and histograms (`silc_xmpp_…`), and those of
 * Node itself (memory, event loop lag, garbage collection).
 */
export function createMetrics<
  CounterName extends string,
  GaugeName extends string,
  CountedName extends string,
  DurationName extends string,
>(
  catalogue: Catalogue<CounterName, GaugeName, CountedName, DurationName>,
): Metrics<CounterName, GaugeName, CountedName, DurationName> {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const counterOf = each(catalogue.counters, (name, help) => {
    return new Counter({ name: `${PREFIX}${name}_total`, help, registers });
  });
  const gaugeOf = each(catalogue.gauges, (name, help) => new Gauge({ name: PREFIX + name, help, registers }));
  const countedOf = each(catalogue.counted, (name, { help, labels: labelNames }) => {
    return new Counter({ name: `${PREFIX}${name}_total`, help, labelNames, registers });
  });
  const durationOf = each(catalogue.durations, (name, help) => {
    return new Histogram({ name: PREFIX + name, help, buckets: BUCKETS, registers });
  });
  each(catalogue.samples, (name, sample) => sampled(name, sample, registers));
  return {
    registry,
    increment: (name, by = 1) => counterOf.get(name)?.inc(by),
    adjust: (name, by) => gaugeOf.get(name)?.inc(by),
    count: (name, labels, by = 1) => countedOf.get(name)?.inc(labels, by),
    took: (name, ms) => durationOf.get(name)?.observe(ms / 1000),
    figures: async () => {
      const own = (await registry.getMetricsAsJSON()).filter(({ name }) => name.startsWith(PREFIX));
      return own.map((metric) => {
        const values: readonly { readonly value: number; readonly metricName?: string }[] = metric.values;
        const counts = values.filter(({ metricName }) => metricName === `${metric.name}_count`);
        return [metric.name, sum(counts.length > 0 ? counts : values)];
      });
    },
  };
}

function sampled(name: string, { help, labels, isCounter, read }: Sample, registers: Registry[]): void {
  const options = { help, labelNames: labels, registers };
  if (isCounter === true) {
    new Counter({
      ...options,
      name: `${PREFIX}${name}_total`,
      collect() {
        this.reset();
        for (const [of, value] of read()) this.inc(of, value);
      },
    });
    return;
  }
  new Gauge({
    ...options,
    name: PREFIX + name,
    collect() {
      this.reset();
      for (const [of, value] of read()) this.set(of, value);
    },
  });
}

const sum = (values: readonly { readonly value: number }[]): number =>
  values.reduce((total, { value }) => total + value, 0);

function each<Description, Name extends string, Figure>(
  descriptions: Readonly<Record<Name, Description>>,
  make: (name: string, description: Description) => Figure,
): ReadonlyMap<string, Figure> {
  return new Map(
    Object.entries<Description>(descriptions).map(([name, description]): [string, Figure] => [
      name,
      make(name, description),
    ]),
  );
}
