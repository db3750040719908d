import type { Element } from '../../../component/stanza.js';
import { gatewayVcard, NS_VCARD, vcard } from '../../../mapping/vcard.js';
import { text } from '../../../text/text.js';
import { addressedTo, type Feature, type Request } from '../../feature.js';
import { knownUser } from '../../profiles/known-user.js';
import { type FeatureParts, GATEWAY_NAME } from '../parts.js';

const xmlns = NS_VCARD;

/** Cards of SILC users from what WHOIS and their attributes tell, and of the gateway. */
export function vcardTemp(parts: FeatureParts): Feature {
  async function userCard(request: Request<'occupant' | 'user'>): Promise<Element> {
    const { user, address, key, details } = await knownUser(parts, request);
    return vcard(user, address, key, details);
  }

  return {
    name: 'vcard-temp',
    specs: [
      {
        xep: 54,
        title: 'vcard-temp',
        version: '1.3.0',
        date: '2024-06-27',
        status: 'partial',
        leftOut:
          'setting a card: those of SILC users are made of what WHOIS and their attributes tell; fields that vCards of SILC hold and nobody uses (LABEL, CLASS, CATEGORIES, REV)',
        namespaces: [xmlns],
      },
    ],
    disco: { gateway: [xmlns], occupant: [xmlns], user: [xmlns] },
    iq: [
      {
        type: 'get',
        xmlns,
        to: ['gateway'],
        handle: () =>
          gatewayVcard(
            GATEWAY_NAME,
            text(({ people }) => people.gatewayCard),
          ),
      },
      { type: 'get', xmlns, ...addressedTo(['occupant', 'user'], userCard) },
    ],
  };
}
