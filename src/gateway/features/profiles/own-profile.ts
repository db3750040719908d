import type { BareJid } from '../../../component/jid.js';
import { xml } from '../../../component/stanza.js';
import { NS_MOOD, toldByServer } from '../../../mapping/profile/pep.js';
import { NS_GEOLOC } from '../../../mapping/profile/place.js';
import { addressedTo, type Feature, type Request } from '../../feature.js';
import type { FeatureParts } from '../parts.js';

/** What a Jabber user lets SILC users know, by settings of the user: as signed attributes of the SILC session. */
export function ownProfile({ context, contacts, caps, ownProfiles: own }: FeatureParts): Feature {
  /** Who has the gateway in the list is shown what it wants to be told now. */
  function announce(user: BareJid): void {
    if (!context.registrations.users.has(user) || !contacts.online.isOnline(user)) return;
    context.send(xml('presence', { from: context.domain, to: user }, caps.ofGateway(own.sharedBy(user))));
  }

  function told({ stanza, from }: Request<'gateway'>): void {
    const said = toldByServer(stanza);
    if (said !== undefined) own.told(from.bare, said.node, said.content);
  }

  return {
    name: 'profile of the user for SILC',
    specs: [
      {
        xep: 54,
        title: 'vcard-temp',
        version: '1.3.0',
        date: '2024-06-27',
        status: 'partial',
        part: 'the card of a Jabber user, for SILC users (USER_INFO, USER_ICON), where the user wants it',
        leftOut: 'pictures above 24,000 octets, which SILC cannot carry with the rest: the user is told',
      },
      {
        xep: 84,
        title: 'User Avatar',
        version: '1.1.4',
        date: '2019-09-20',
        status: 'partial',
        part: 'the avatar of a Jabber user, for SILC users (USER_ICON), where the card has no picture',
        leftOut: 'pictures above 24,000 octets',
      },
      {
        xep: 107,
        title: 'User Mood',
        version: '1.2.2',
        date: '2024-06-20',
        status: 'partial',
        part: 'the mood of a Jabber user, for SILC users (STATUS_MOOD)',
        leftOut: 'moods that SILC has no word like; the text',
        namespaces: [NS_MOOD],
      },
      {
        xep: 80,
        title: 'User Location',
        version: '1.10.0',
        date: '2025-06-13',
        status: 'partial',
        part: 'the location of a Jabber user, for SILC users (GEOLOCATION), by a setting of its own',
        leftOut: 'names of places',
        namespaces: [NS_GEOLOC],
      },
      {
        xep: 163,
        title: 'Personal Eventing Protocol',
        version: '1.2.2',
        date: '2022-02-16',
        status: 'partial',
        part: 'of Jabber users who share something with SILC and have the gateway in the list: mood, avatar and location, as their servers tell of changes',
        leftOut: 'those who are not registered with the gateway: their servers are asked every 15 minutes',
      },
    ],
    message: [
      {
        types: ['headline', 'normal'],
        // From the account itself: no client can send without its resource.
        matches: ({ stanza, from }) =>
          from.local !== '' && from.resource === '' && toldByServer(stanza) !== undefined,
        ...addressedTo(['gateway'], told),
      },
    ],
    start: () => {
      own.start(announce);
      return Promise.resolve();
    },
    stop: () => {
      own.stop();
      return Promise.resolve();
    },
  };
}
