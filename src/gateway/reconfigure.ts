import type { GatewayConfig } from './config-types.js';
import type { GatewayContext } from './context.js';

/** Sections that everything reads anew each time. */
export const CHANGEABLE = ['access', 'limits', 'users', 'rooms'] as const;
export type Changeable = Pick<GatewayConfig, (typeof CHANGEABLE)[number]>;

/** Sections of the configuration are others from now on, until the process ends. */
export function reconfigure(
  { config, access }: Pick<GatewayContext, 'config' | 'access'>,
  changes: Partial<Changeable>,
): void {
  // The one place that changes it: to everybody else it is read-only.
  Object.assign(config, changes);
  access.replace(config.access);
}
