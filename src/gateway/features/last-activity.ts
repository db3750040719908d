import { lastActivityQuery, NS_LAST_ACTIVITY } from '../../mapping/last-activity.js';
import { monotonicMs } from '../../util/clock.js';
import { addressedTo, type Feature } from '../feature.js';
import type { FeatureParts } from './parts.js';

const xmlns = NS_LAST_ACTIVITY;

/** Last activity: how long a user has been idle; of the gateway how long it has been running. */
export function lastActivity({ lookup }: FeatureParts): Feature {
  const startedAt = monotonicMs();
  return {
    name: 'XEP-0012 2.0',
    disco: { gateway: [xmlns], occupant: [xmlns], user: [xmlns] },
    iq: [
      {
        type: 'get',
        xmlns,
        to: ['gateway'],
        handle: () => lastActivityQuery((monotonicMs() - startedAt) / 1000),
      },
      {
        type: 'get',
        xmlns,
        ...addressedTo(['occupant', 'user'], async ({ from, to }) =>
          lastActivityQuery((await lookup.find(from, to)).idleSeconds ?? 0),
        ),
      },
    ],
  };
}
