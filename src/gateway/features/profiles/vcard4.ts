import type { Element } from '../../../component/stanza.js';
import { NS_VCARD4, vcard4 } from '../../../mapping/profile/vcard4.js';
import { cardLines, shownProfile } from '../../../mapping/vcard.js';
import { addressedTo, type Feature, type Request } from '../../feature.js';
import { type KnownUser, knownUser } from '../../profiles/known-user.js';
import type { FeatureParts } from '../parts.js';

/** The card of a SILC user as vCard4. */
export const cardOf = ({ user, address, key, details }: KnownUser): Element =>
  vcard4(user, address, cardLines(user, key, details), shownProfile(details));

/** Cards of SILC users in the newer form: asked for directly, or as item of their node. */
export const vcard4Cards = (parts: FeatureParts): Feature => ({
  name: 'vCard4',
  specs: [
    {
      xep: 292,
      title: 'vCard4 Over XMPP',
      version: '0.12.0',
      date: '2023-03-14',
      status: 'partial',
      leftOut:
        'setting a card, and telling of a changed one; the public key as KEY, whose fingerprint is in NOTE',
      namespaces: [NS_VCARD4],
    },
  ],
  disco: { user: [NS_VCARD4], occupant: [NS_VCARD4] },
  iq: [
    {
      type: 'get',
      xmlns: NS_VCARD4,
      ...addressedTo(['occupant', 'user'], async (request: Request<'occupant' | 'user'>) =>
        cardOf(await knownUser(parts, request)),
      ),
    },
  ],
});
