import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';

const PREFIX = 'silc_xmpp_';

/** Names of figures with their help texts. */
export type Descriptions<Name extends string> = Readonly<Record<Name, string>>;

export interface Metrics<CounterName extends string, GaugeName extends string> {
  readonly registry: Registry;
  increment(counter: CounterName, by?: number): void;
  adjust(gauge: GaugeName, by: number): void;
  /** The given counters and gauges as they are now. */
  readonly figures: () => Promise<readonly (readonly [name: string, value: number])[]>;
}

/**
 * The process' figures for Prometheus: the given counters (`silc_xmpp_…_total`) and gauges (`silc_xmpp_…`), and those of
 * Node itself (memory, event loop lag, garbage collection).
 */
export function createMetrics<CounterName extends string, GaugeName extends string>(
  counters: Descriptions<CounterName>,
  gauges: Descriptions<GaugeName>,
): Metrics<CounterName, GaugeName> {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const counterOf = figures(counters, (name, help) => {
    return new Counter({ name: `${PREFIX}${name}_total`, help, registers: [registry] });
  });
  const gaugeOf = figures(gauges, (name, help) => {
    return new Gauge({ name: `${PREFIX}${name}`, help, registers: [registry] });
  });
  return {
    registry,
    increment: (name, by = 1) => counterOf.get(name)?.inc(by),
    adjust: (name, by) => gaugeOf.get(name)?.inc(by),
    figures: async () => {
      const all = (await registry.getMetricsAsJSON()).filter(({ name }) => name.startsWith(PREFIX));
      return all.map(({ name, values }) => [name, values[0]?.value ?? 0]);
    },
  };
}

function figures<Name extends string, Figure>(
  descriptions: Descriptions<Name>,
  make: (name: string, help: string) => Figure,
): ReadonlyMap<string, Figure> {
  return new Map(
    Object.entries<string>(descriptions).map(([name, help]): [string, Figure] => [name, make(name, help)]),
  );
}
