import { type Element, StanzaError } from '../../component/stanza.js';
import { NS_TIME, timeAt } from '../../mapping/entity-time.js';
import { text } from '../../text/text.js';
import { addressedTo, type Feature, type Request } from '../feature.js';
import { knownUser } from '../profiles/known-user.js';
import type { FeatureParts } from './parts.js';

/** Entity time of the gateway, whose place on earth is nobody's business, so in UTC; and of SILC users who tell their time zone. */
export function entityTime(parts: FeatureParts): Feature {
  /** @throws StanzaError, SilcError as a look-up; StanzaError cancel/service-unavailable of who does not tell it */
  async function userTime(request: Request<'occupant' | 'user'>): Promise<Element> {
    const { user, address, details } = await knownUser(parts, request);
    const timezone = details?.standing === 'failed' ? undefined : details?.profile.timezone;
    if (timezone !== undefined) return timeAt(timezone, new Date());
    throw new StanzaError(
      'cancel',
      'service-unavailable',
      text(({ people }) => people.noTime(user.nickname ?? address)),
    );
  }

  return {
    name: 'entity time',
    specs: [
      {
        xep: 202,
        title: 'Entity Time',
        version: '2.0',
        date: '2009-09-11',
        status: 'partial',
        leftOut: 'the time of SILC users whose attributes do not tell their time zone',
        namespaces: [NS_TIME],
      },
    ],
    disco: { gateway: [NS_TIME], occupant: [NS_TIME], user: [NS_TIME] },
    iq: [
      { type: 'get', xmlns: NS_TIME, to: ['gateway'], handle: () => timeAt('+00:00', new Date()) },
      { type: 'get', xmlns: NS_TIME, ...addressedTo(['occupant', 'user'], userTime) },
    ],
  };
}
