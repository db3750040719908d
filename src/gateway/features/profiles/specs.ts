import { NS_VCARD_UPDATE } from '../../../mapping/contact-presence.js';
import {
  NS_AVATAR_DATA,
  NS_AVATAR_METADATA,
  NS_EVENT,
  NS_MOOD,
  NS_PUBSUB,
} from '../../../mapping/profile/pep.js';
import { NS_GEOLOC } from '../../../mapping/profile/place.js';
import type { Spec } from '../../spec.js';

/** What the nodes of SILC users follow. */
export const personalSpecs: readonly Spec[] = [
  {
    xep: 60,
    title: 'Publish-Subscribe',
    version: '1.30.0',
    date: '2025-11-11',
    status: 'partial',
    part: '6.5: the items of the nodes that each SILC user has',
    leftOut: 'publishing, subscribing, managing: the items are made of SILC attributes',
    namespaces: [
      NS_PUBSUB,
      NS_EVENT,
      ...['#auto-subscribe', '#filtered-notifications', '#last-published', '#retrieve-items'].map(
        (ability) => `${NS_PUBSUB}${ability}`,
      ),
    ],
  },
  {
    xep: 163,
    title: 'Personal Eventing Protocol',
    version: '1.2.2',
    date: '2022-02-16',
    status: 'partial',
    part: 'of SILC users: filtered notifications by the capabilities of clients, the last item to who comes',
    leftOut: 'publishing; notifications for users who do not let the contact see their presence',
  },
  {
    xep: 80,
    title: 'User Location',
    version: '1.10.0',
    date: '2025-06-13',
    status: 'partial',
    part: 'the attribute GEOLOCATION of a SILC user: told to clients of users with the contact that want to know, and an item for who asks',
    leftOut: 'everything but latitude, longitude, altitude and accuracy, which SILC has no words for',
    namespaces: [NS_GEOLOC],
  },
  {
    xep: 84,
    title: 'User Avatar',
    version: '1.1.4',
    date: '2019-09-20',
    status: 'partial',
    part: 'the attribute USER_ICON of a SILC user: told to clients of users with the contact that want to know, and an item for who asks',
    leftOut: 'several forms of one picture, pictures at other places',
    namespaces: [NS_AVATAR_METADATA, NS_AVATAR_DATA],
  },
  {
    xep: 107,
    title: 'User Mood',
    version: '1.2.2',
    date: '2024-06-20',
    status: 'partial',
    part: 'the attribute STATUS_MOOD of a SILC user: told to clients of users with the contact that want to know, and an item for who asks',
    leftOut: 'of several moods the others are told as text',
    namespaces: [NS_MOOD],
  },
  {
    xep: 153,
    title: 'vCard-Based Avatars',
    version: '1.1.1',
    date: '2024-06-10',
    status: 'complete',
    part: 'in presence of contacts',
    namespaces: [NS_VCARD_UPDATE],
  },
];
