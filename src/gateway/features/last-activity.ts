import { lastActivityQuery, NS_LAST_ACTIVITY } from '../../mapping/last-activity.js';
import { monotonicMs } from '../../util/clock.js';
import type { Feature } from '../feature.js';
import type { FeatureParts } from './parts.js';

const own = [NS_LAST_ACTIVITY];

/** Last activity: how long a user has been idle; of the gateway how long it has been running. */
export function lastActivity({ lookup }: FeatureParts): Feature {
  const startedAt = monotonicMs();
  return {
    name: 'XEP-0012 2.0',
    disco: { gateway: own, occupant: own, user: own },
    iq: [
      {
        type: 'get',
        xmlns: NS_LAST_ACTIVITY,
        to: ['gateway', 'occupant', 'user'],
        handle: async (request) => {
          if (request.to.kind === 'gateway') return lastActivityQuery((monotonicMs() - startedAt) / 1000);
          return lastActivityQuery((await lookup.find(request)).idleSeconds ?? 0);
        },
      },
    ],
  };
}
