import { lastActivityQuery, NS_LAST_ACTIVITY } from '../../mapping/last-activity.js';
import { monotonicMs } from '../../util/clock.js';
import type { Feature } from '../feature.js';
import type { FeatureParts } from './parts.js';

const own = [NS_LAST_ACTIVITY];

/** Last activity: how long a user has been idle; of the gateway how long it has been running. */
export function lastActivity({ lookup }: FeatureParts): Feature {
  const startedAt = monotonicMs();
  return {
    name: 'last activity',
    specs: [
      {
        xep: 12,
        title: 'Last Activity',
        version: '2.0',
        date: '2008-11-26',
        status: 'partial',
        leftOut: 'when a user who is not on the network was last seen, with the last status (3)',
        namespaces: own,
      },
    ],
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
