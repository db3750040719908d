import type { GatewayContext } from '../context.js';
import type { Liveness } from '../liveness.js';
import type { ServiceSession } from '../service-session.js';
import type { UserLookup } from '../user-lookup.js';
import type { Users } from '../users.js';

/** What features are made with. */
export interface FeatureParts {
  readonly context: GatewayContext;
  readonly users: Users;
  /** By network. */
  readonly services: ReadonlyMap<string, ServiceSession>;
  readonly lookup: UserLookup;
  readonly liveness: Liveness;
}

/** Name by which the gateway shows itself. */
export const GATEWAY_NAME = 'SILC gateway';
