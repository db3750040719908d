import type { GatewayCounter, GatewayGauge, GatewayMetrics } from '../gateway/metrics-types.js';
import { type Health, ObservationServer } from '../observe/http.js';
import { createMetrics, type Descriptions } from '../observe/metrics.js';

const counters: Descriptions<GatewayCounter> = {
  stanzas_in: 'Stanzas received from the Jabber server.',
  stanzas_out: 'Stanzas sent to the Jabber server.',
  stanzas_dropped:
    'Stanzas given up: the outbox was full, they waited too long, or could not be sent; private messages included.',
  stanzas_in_doubt:
    'Stanzas that were written to the Jabber server when the link broke, and may not have arrived; who should have got them is told.',
  jabber_links_lost: 'How often the link to the Jabber server ended.',
  handler_errors: 'Stanzas and events whose handling failed unexpectedly; each is in the log.',
  joins: 'Channels that were joined for Jabber users.',
  joins_refused: 'Joins that ended in an error while they waited for their channel.',
  silc_connects: 'Attempts to open a SILC session on a server.',
  silc_connect_failures: 'Attempts that failed.',
  silc_links_lost: 'SILC sessions that broke.',
  messages_to_silc: 'Messages handed to SILC.',
  messages_from_silc: 'Messages received from SILC.',
  messages_in_doubt:
    'Messages whose authors were told that a link broke behind them and SILC users may not have them.',
  archive_lines_lost: 'Lines that the archive lost because the store could not be written for too long.',
  ghosts_removed: 'Clients removed from rooms because their Jabber server said they are gone.',
};

const gauges: Descriptions<GatewayGauge> = {
  sessions: 'SILC sessions of users, those included that are being opened or restored.',
  rooms: 'Places of users in rooms, counted per user.',
  resources: 'Clients that are in a room, counted per room.',
};

/** What the operator sees of a running gateway. */
export interface Observation {
  readonly metrics: GatewayMetrics;
  /** The gateway's own figures as they are now. */
  readonly figures: () => Promise<readonly (readonly [name: string, value: number])[]>;
  /** Serves `/metrics` and `/healthz`. @throws the listen error */
  serve(health: () => Health): Promise<ObservationServer>;
}

/** @param listen `host:port`, an IPv6 address in brackets */
export function createObservation(listen: string): Observation {
  const metrics = createMetrics(counters, gauges);
  const [, host = '', port = ''] = /^\[?(.*?)\]?:(\d+)$/.exec(listen) ?? [];
  return {
    metrics,
    figures: metrics.figures,
    serve: (health) =>
      ObservationServer.listen({ host, port: Number(port), registry: metrics.registry, health }),
  };
}
