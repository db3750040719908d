import type { GatewayMetrics } from '../gateway/metrics-types.js';
import { type Health, ObservationServer } from '../observe/http.js';
import { type LoopLag, LoopLagMeter } from '../observe/loop-lag.js';
import { createMetrics } from '../observe/metrics.js';
import { metricsCatalogue } from './metrics-catalogue.js';
import type { Reading } from './reading.js';

/** What the operator sees of a running gateway. */
export interface Observation {
  readonly metrics: GatewayMetrics;
  /** Something was written to the Jabber server, after it has waited. */
  readonly onWritten: (waitedMs: number) => void;
  /** The gateway's own figures as they are now. */
  readonly figures: () => Promise<readonly (readonly [name: string, value: number])[]>;
  readonly loopLag: () => LoopLag;
  readonly archiveQueue: () => number;
  /** How the parts are is looked up there from now on. */
  watch(reading: () => Reading): void;
  /** Serves `/metrics`, `/healthz` and a page for people. @throws the listen error */
  serve(health: () => Health): Promise<ObservationServer>;
  stop(): void;
}

/** @param listen `host:port`, an IPv6 address in brackets */
export function createObservation(listen: string): Observation {
  let read: (() => Reading) | undefined;
  let archiveQueue = 0;
  const metrics = createMetrics(metricsCatalogue(() => read?.()));
  const lag = new LoopLagMeter();
  const [, host = '', port = ''] = /^\[?(.*?)\]?:(\d+)$/.exec(listen) ?? [];
  return {
    metrics: {
      ...metrics,
      adjust: (gauge, by) => {
        if (gauge === 'archive_queue') archiveQueue += by;
        metrics.adjust(gauge, by);
      },
    },
    onWritten: (waitedMs) => metrics.took('jabber_write_wait_seconds', waitedMs),
    figures: metrics.figures,
    loopLag: () => lag.read(),
    archiveQueue: () => archiveQueue,
    watch: (reading) => {
      read = reading;
    },
    serve: (health) =>
      ObservationServer.listen({
        ...{ host, port: Number(port), health },
        registry: metrics.registry,
        figures: metrics.figures,
      }),
    stop: () => lag.stop(),
  };
}
