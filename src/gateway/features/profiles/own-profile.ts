import type { OwnProfiles } from '../../profiles/own-profiles.js';
import { NS_MOOD } from '../../../mapping/profile/pep.js';
import { NS_GEOLOC } from '../../../mapping/profile/place.js';
import type { Feature } from '../../feature.js';

/** What a Jabber user lets SILC users know, by settings of the user: as signed attributes of the SILC session. */
export const ownProfile = (own: OwnProfiles): Feature => ({
  name: 'profile of the user for SILC',
  specs: [
    {
      xep: 54,
      title: 'vcard-temp',
      version: '1.3.0',
      date: '2024-06-27',
      status: 'partial',
      part: 'the card of a Jabber user, for SILC users (USER_INFO, USER_ICON), where the user wants it',
      leftOut: 'pictures above 24,000 octets, which SILC cannot carry with the rest',
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
  ],
  start: () => {
    own.start();
    return Promise.resolve();
  },
  stop: () => {
    own.stop();
    return Promise.resolve();
  },
});
