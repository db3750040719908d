import { lastActivityQuery, NS_LAST_ACTIVITY } from '../../mapping/last-activity.js';
import { monotonicMs } from '../../util/clock.js';
import { StanzaError } from '../../component/stanza.js';
import { addressedTo, type Feature, type Request } from '../feature.js';
import type { FeatureParts } from './parts.js';

const own = [NS_LAST_ACTIVITY];

/**
 * Last activity: how long a user has been idle; of the gateway how long it has been running. Of users of the gateway what their clients
 * show counts: SILC servers know of lines only.
 */
export function lastActivity({ lookup, context, sessions }: FeatureParts): Feature {
  const startedAt = monotonicMs();

  /** @throws as a look-up, of somebody who is not a contact or was not seen to go */
  async function idleSeconds(request: Request<'occupant' | 'user'>): Promise<number> {
    try {
      const { clientId, idleSeconds: told = 0 } = await lookup.find(request);
      const session = sessions.withClient(request.to.network, clientId);
      const idleMs = session === undefined ? undefined : context.activity.idleMs(session.user);
      return idleMs === undefined ? told : idleMs / 1000;
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
          'the last status of who is not on the network (3); when somebody went who is no contact, or went while no session watched; asking the clients of users (4): what they tell by presence (XEP-0319) counts',
        namespaces: own,
      },
    ],
    disco: { gateway: own, occupant: own, user: own },
    iq: [
      {
        type: 'get',
        xmlns: NS_LAST_ACTIVITY,
        to: ['gateway'],
        handle: () => lastActivityQuery((monotonicMs() - startedAt) / 1000),
      },
      {
        type: 'get',
        xmlns: NS_LAST_ACTIVITY,
        ...addressedTo(['occupant', 'user'], async (request) =>
          lastActivityQuery(await idleSeconds(request)),
        ),
      },
    ],
  };
}
