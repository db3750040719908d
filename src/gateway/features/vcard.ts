import type { Element } from '../../component/stanza.js';
import { gatewayVcard, NS_VCARD, vcard } from '../../mapping/vcard.js';
import { fromHex } from '../../silc/bytes.js';
import { babbleprint, displayFingerprint } from '../../silc/crypto/fingerprint.js';
import { addressedTo, type Feature, type Request } from '../feature.js';
import { type FeatureParts, GATEWAY_NAME } from './parts.js';
import { text } from '../../text/text.js';

const xmlns = NS_VCARD;

/** Cards of SILC sessions from what WHOIS tells, and of the gateway. */
export function vcardTemp({ context: { addressing, trust }, lookup }: FeatureParts): Feature {
  async function userCard(request: Request<'occupant' | 'user'>): Promise<Element> {
    const { to } = request;
    const user = await lookup.find(request);
    const address = to.kind === 'user' ? to.jid : addressing.userToJid(to.network, user.nickname ?? '');
    const digest = user.fingerprint === undefined ? undefined : fromHex(user.fingerprint);
    const key =
      digest === undefined
        ? undefined
        : {
            ...{ fingerprint: displayFingerprint(digest), babbleprint: babbleprint(digest) },
            isVerified: trust.isVerified(request.from.bare, to.network, user.fingerprint),
          };
    return vcard(user, address, key);
  }

  return {
    name: 'vcard-temp',
    specs: [
      {
        xep: 54,
        title: 'vcard-temp',
        version: '1.2',
        date: '2008-07-16',
        status: 'partial',
        leftOut: 'setting a card: those of SILC users are made of what WHOIS tells',
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
