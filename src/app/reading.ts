import type { LinkStats } from '../component/link-options.js';
import type { GatewayStatus } from '../gateway/status.js';
import type { StoreHealth } from '../store/monitor.js';

/** How all parts are at one moment. */
export interface Reading {
  readonly link: LinkStats;
  readonly store: StoreHealth;
  /** Undefined before the gateway has started. */
  readonly gateway: GatewayStatus | undefined;
}
