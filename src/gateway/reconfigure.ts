import type { GatewayConfig } from './config-types.js';
import type { GatewayContext } from './context.js';

/** The sections that can be others while the gateway runs: all that it uses itself. */
export type Changeable = GatewayConfig;

/** Sections of the configuration are others from now on, until the process ends. Everything reads them anew each time. */
export function reconfigure(
  { config, access }: Pick<GatewayContext, 'config' | 'access'>,
  changes: Partial<GatewayConfig>,
): void {
  // The one place that changes it: to everybody else it is read-only.
  Object.assign(config, changes);
  access.replace(config.access);
}
