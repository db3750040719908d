import { type Element, StanzaError } from '../../component/stanza.js';
import { avatarCard, decodePhotos, encodePhotos, hashOf, photosOf } from '../../mapping/room-avatar.js';
import { configurationChanged } from '../../mapping/room-form.js';
import { NS_VCARD } from '../../mapping/vcard.js';
import { standingIn } from '../affiliations/standing.js';
import { addressedTo, type Feature, inRoomOrAbsent, type Request, type RoomRequest } from '../feature.js';
import { Text, text } from '../../text/text.js';
import type { FeatureParts } from './parts.js';

/**
 * The avatar of a room: kept by the gateway, set by its owners, and read by everybody. Its hash is in the room's information.
 */
export function roomAvatar({ context: { settings, backend } }: FeatureParts): Feature {
  async function set(request: RoomRequest, card: Element): Promise<undefined> {
    const { room, channel } = request;
    if (standingIn(request).affiliation !== 'owner') {
      throw new StanzaError(
        'auth',
        'forbidden',
        text(({ rooms }) => rooms.avatarOwnersOnly),
      );
    }
    const photos = photosOf(card);
    if (photos instanceof Text) throw new StanzaError('modify', 'not-acceptable', photos);
    const kept = photos.length === 0 ? undefined : encodePhotos(photos);
    const hashes = photos.map((photo) => hashOf(photo, (octets) => backend.hash('sha1', octets)));
    await settings.keepAvatar(channel, kept, hashes);
    channel.delivery.toEverybody(configurationChanged(room.jid));
  }

  async function get({ to }: Request<'channel'>): Promise<Element> {
    const octets = await settings.avatar(to);
    return avatarCard(octets === undefined ? [] : decodePhotos(octets));
  }

  return {
    name: 'avatars of rooms',
    specs: [
      {
        xep: 486,
        title: 'MUC Avatars',
        version: '0.1.0',
        date: '2024-03-10',
        status: 'complete',
        namespaces: [NS_VCARD],
      },
    ],
    disco: { channel: [NS_VCARD] },
    iq: [
      { type: 'get', xmlns: NS_VCARD, ...addressedTo(['channel'], get) },
      { type: 'set', xmlns: NS_VCARD, errors: 'configuration', ...inRoomOrAbsent('any', set) },
    ],
  };
}
