/** Counters of the gateway. Names are stable; what they are exported as is the caller's business. */
export type GatewayCounter =
  | 'stanzas_in'
  | 'stanzas_out'
  | 'stanzas_dropped'
  | 'stanzas_in_doubt'
  | 'jabber_links_lost'
  | 'handler_errors'
  | 'joins'
  | 'joins_refused'
  | 'silc_connects'
  | 'silc_connect_failures'
  | 'silc_links_lost'
  | 'messages_to_silc'
  | 'messages_from_silc'
  | 'messages_in_doubt'
  | 'ghosts_removed'
  | 'archive_lines_lost';

/** Figures that go up and down. */
export type GatewayGauge = 'sessions' | 'rooms' | 'resources';

export interface GatewayMetrics {
  increment(counter: GatewayCounter, by?: number): void;
  /** Changes a gauge by a signed amount. */
  adjust(gauge: GatewayGauge, by: number): void;
}

export const noMetrics: GatewayMetrics = {
  increment: () => undefined,
  adjust: () => undefined,
};
