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
export type GatewayGauge = 'sessions' | 'rooms' | 'resources' | 'archive_queue';

/** Counters that are told apart by labels, with the names of these. */
export const COUNTED = {
  drops: ['direction', 'reason'],
  refusals: ['stanza', 'condition'],
  quota_refusals: ['kind', 'scope'],
  silc_handshakes: ['network', 'result'],
} as const;
export type GatewayCounted = keyof typeof COUNTED;
export type LabelsOf<Name extends GatewayCounted> = Readonly<Record<(typeof COUNTED)[Name][number], string>>;

/** What is measured in seconds. */
export type GatewayDuration =
  | 'message_to_silc_seconds'
  | 'message_from_silc_seconds'
  | 'stanza_handling_seconds'
  | 'join_seconds'
  | 'silc_handshake_seconds';

export interface GatewayMetrics {
  increment(counter: GatewayCounter, by?: number): void;
  /** Changes a gauge by a signed amount. */
  adjust(gauge: GatewayGauge, by: number): void;
  count<Name extends GatewayCounted>(counter: Name, labels: LabelsOf<Name>, by?: number): void;
  /** @param ms milliseconds of the monotonic clock */
  took(duration: GatewayDuration, ms: number): void;
}

export const noMetrics: GatewayMetrics = {
  increment: () => undefined,
  adjust: () => undefined,
  count: () => undefined,
  took: () => undefined,
};

/** What goes beyond a quota is refused. @param kind - what there is too much of, e.g. `sessions` */
export function countQuotaRefusal(
  metrics: GatewayMetrics,
  kind: string,
  scope: 'user' | 'domain' | 'all',
): void {
  metrics.count('quota_refusals', { kind, scope });
}

/** Something that was to go on in a direction is given up. */
export function countDrop(
  metrics: GatewayMetrics,
  direction: 'to_jabber' | 'from_jabber',
  reason: string,
): void {
  metrics.increment('stanzas_dropped');
  metrics.count('drops', { direction, reason });
}
