import type { GatewayConfig } from './config-types.js';
import type { GatewayContext } from './context.js';

/** Sections that everything reads anew each time. */
export const CHANGEABLE = ['access', 'limits', 'users', 'rooms'] as const;
/** The networks are the same ones, of which `changedNetworks` takes over what can change. */
export type Changeable = Pick<GatewayConfig, (typeof CHANGEABLE)[number] | 'networks'>;

/** Sections of the configuration are others from now on, until the process ends. */
export function reconfigure(
  { config, access }: Pick<GatewayContext, 'config' | 'access'>,
  changes: Partial<Changeable>,
): void {
  // The one place that changes it: to everybody else it is read-only.
  Object.assign(config, changes);
  access.replace(config.access);
}

/** The networks that run, with the access lists and limits that they have in another configuration. */
export function changedNetworks(
  running: GatewayConfig['networks'],
  fresh: GatewayConfig['networks'],
): GatewayConfig['networks'] {
  return Object.fromEntries(
    Object.entries(running).map(([name, network]) => {
      const other = fresh[name];
      if (other === undefined) return [name, network];
      const { access, limits } = other;
      const { default: isDefault, servers, auth, algorithms } = network;
      const stays = { default: isDefault, servers, auth, ...(algorithms && { algorithms }) };
      return [name, { ...stays, ...(access && { access }), ...(limits && { limits }) }];
    }),
  );
}
