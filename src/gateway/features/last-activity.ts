import { lastActivityQuery, NS_LAST_ACTIVITY } from '../../mapping/last-activity.js';
import { monotonicMs } from '../../util/clock.js';
import { StanzaError } from '../../component/stanza.js';
import type { Feature, Request } from '../feature.js';
import type { FeatureParts } from './parts.js';

const own = [NS_LAST_ACTIVITY];

/** Last activity: how long a user has been idle; of the gateway how long it has been running. */
export function lastActivity({ lookup, context }: FeatureParts): Feature {
  const startedAt = monotonicMs();

  /** @throws as a look-up, of somebody who is not a contact or was not seen to go */
  async function idleSeconds(request: Request): Promise<number> {
    try {
      return (await lookup.find(request)).idleSeconds ?? 0;
    } catch (error) {
      const contact = context.contacts.book.get(request.from.bare, request.to.jid);
      const isGone = error instanceof StanzaError && error.condition === 'item-not-found';
      if (!isGone || contact?.state.lastSeen === undefined) throw error;
      return (Date.now() - contact.state.lastSeen) / 1000;
    }
  }

  return {
    name: 'last activity',
    specs: [
      {
        xep: 12,
        title: 'Last Activity',
        version: '2.0',
        date: '2008-11-26',
        status: 'partial',
        leftOut:
          'the last status of who is not on the network (3); when somebody went who is no contact, or went while no session watched',
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
          return lastActivityQuery(await idleSeconds(request));
        },
      },
    ],
  };
}
