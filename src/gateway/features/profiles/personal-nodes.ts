import { type Element, StanzaError } from '../../../component/stanza.js';
import { NS_NICK, nickElement } from '../../../mapping/contact-presence.js';
import {
  avatarData,
  CURRENT,
  isTold,
  isToldNode,
  itemsAnswer,
  NS_AVATAR_DATA,
  NS_PUBSUB,
  type PepItem,
  toldItem,
} from '../../../mapping/profile/pep.js';
import { NODE_VCARD4 } from '../../../mapping/profile/vcard4.js';
import { shownProfile } from '../../../mapping/vcard.js';
import { text } from '../../../text/text.js';
import { addressedTo, type Feature, type Request } from '../../feature.js';
import { type KnownUser, knownUser } from '../../profiles/known-user.js';
import type { FeatureParts } from '../parts.js';
import { personalSpecs } from './specs.js';
import { cardOf } from './vcard4.js';

/** What PEP services say that they can do, as far as it is so here (XEP-0163, 8.1). */
const ABILITIES = ['#auto-subscribe', '#filtered-notifications', '#last-published', '#retrieve-items'].map(
  (ability) => `${NS_PUBSUB}${ability}`,
);

/**
 * What a SILC user tells, as items of the nodes that clients look for at Jabber users: mood, location, picture, card, nickname.
 * Nobody publishes there: items are made of attributes when they are asked for, or have changed.
 */
export function personalNodes(parts: FeatureParts): Feature {
  function itemOf(node: string, known: KnownUser): PepItem | undefined {
    const profile = shownProfile(known.details);
    if (node === NODE_VCARD4) return { id: CURRENT, payload: cardOf(known) };
    if (node === NS_NICK) {
      const { nickname } = known.user;
      return nickname === undefined ? undefined : { id: CURRENT, payload: nickElement(nickname) };
    }
    if (node === NS_AVATAR_DATA) return profile?.picture && avatarData(profile.picture);
    return isToldNode(node) && isTold(node, profile) ? toldItem(node, profile) : undefined;
  }

  async function items(request: Request<'user'>, pubsub: Element): Promise<Element> {
    const asked = pubsub.getChild('items');
    if (asked === undefined) throw new StanzaError('cancel', 'feature-not-implemented');
    const { node = '' } = asked.attrs;
    const isKnown = isToldNode(node) || [NODE_VCARD4, NS_NICK, NS_AVATAR_DATA].includes(node);
    if (!isKnown) {
      throw new StanzaError(
        'cancel',
        'item-not-found',
        text(({ profiles }) => profiles.noSuchItem),
      );
    }
    const item = itemOf(node, await knownUser(parts, request));
    const ids = asked.getChildren('item').map(({ attrs }) => attrs.id);
    if (item === undefined || (ids.length > 0 && !ids.includes(item.id))) {
      throw new StanzaError(
        'cancel',
        'item-not-found',
        text(({ profiles }) => profiles.notTold),
      );
    }
    return itemsAnswer(node, [item]);
  }

  return {
    name: 'personal nodes of SILC users',
    specs: personalSpecs,
    disco: { user: [NS_PUBSUB, ...ABILITIES] },
    extensions: ABILITIES,
    iq: [{ type: 'get', xmlns: NS_PUBSUB, ...addressedTo(['user'], items) }],
  };
}
