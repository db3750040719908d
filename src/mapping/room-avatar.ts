import { type Element, xml } from '../component/stanza.js';
import { toHex, utf8 } from '../silc/bytes.js';
import { jsonOf } from './stored-element.js';
import { NS_VCARD } from './vcard.js';
import { type Text, text } from '../text/text.js';

/** One form of a picture. */
export interface Photo {
  /** Media type. */
  readonly type: string;
  /** Base64. */
  readonly data: string;
}

/** A picture in so many formats. */
const MAX_PHOTOS = 4;
/** Most octets of all of them as base64. */
const MAX_LENGTH = 300_000;
const MEDIA_TYPE = /^image\/[a-z0-9.+-]{1,40}$/;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

/** The pictures of a card that an owner sets; none take the avatar away. A text says why they cannot be taken. */
export function photosOf(card: Element): readonly Photo[] | Text {
  const photos: Photo[] = [];
  for (const photo of card.getChildren('PHOTO')) {
    const type = photo.getChildText('TYPE')?.trim().toLowerCase() ?? '';
    const data = (photo.getChildText('BINVAL') ?? '').replace(/\s/g, '');
    if (type === '' && data === '') continue;
    if (!MEDIA_TYPE.test(type)) return text(({ forms }) => forms.avatarIsPicture);
    if (!BASE64.test(data)) return text(({ forms }) => forms.noBase64);
    photos.push({ type, data });
  }
  if (photos.length > MAX_PHOTOS) return text(({ forms }) => forms.avatarForms(MAX_PHOTOS));
  const length = photos.reduce((sum, { data }) => sum + data.length, 0);
  return length > MAX_LENGTH ? text(({ forms }) => forms.avatarSize(MAX_LENGTH)) : photos;
}

/** XEP-0153 hash of a picture. */
export const hashOf = ({ data }: Photo, sha1: (octets: Uint8Array) => Uint8Array): string =>
  toHex(sha1(new Uint8Array(Buffer.from(data, 'base64'))));

/** The card of a room. */
export function avatarCard(photos: readonly Photo[]): Element {
  return xml(
    'vCard',
    { xmlns: NS_VCARD },
    photos.map(({ type, data }) => xml('PHOTO', {}, xml('TYPE', {}, type), xml('BINVAL', {}, data))),
  );
}

/** As the store keeps them. */
export const encodePhotos = (photos: readonly Photo[]): Uint8Array => utf8(JSON.stringify(photos));

/** What `encodePhotos` has made; what cannot be read is none. */
export function decodePhotos(octets: Uint8Array): readonly Photo[] {
  const values = jsonOf(octets);
  if (!Array.isArray(values)) return [];
  return values.flatMap((value: unknown) => {
    const { type, data } = (value ?? {}) as Partial<Record<string, unknown>>;
    return typeof type === 'string' && typeof data === 'string' ? [{ type, data }] : [];
  });
}
