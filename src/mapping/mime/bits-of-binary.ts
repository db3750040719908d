import { type Element, xml } from '../../component/stanza.js';
import { toHex } from '../../silc/bytes.js';

/*
 * Bits of Binary: XEP-0231 1.1 (2022-07-25). Small pictures only; the data stands in the message, so that archives have it.
 */

export const NS_BOB = 'urn:xmpp:bob';

/** Largest data that goes by this way, in octets (XEP-0231, 2). */
const MAX_BITS = 8_192;
const MAX_AGE_S = 86_400;

/** A small picture, named by its digest. */
export interface Bits {
  readonly cid: string;
  readonly type: string;
  readonly data: Uint8Array;
}

/** Data as bits of binary; undefined for what is too large, or no picture that clients show. */
export function bitsOf(
  { type, data }: Pick<Bits, 'type' | 'data'>,
  sha1: (data: Uint8Array) => Uint8Array,
): Bits | undefined {
  if (data.length > MAX_BITS || pictureType(data) !== type) return undefined;
  return { cid: `sha1+${toHex(sha1(data))}@bob.xmpp.org`, type, data };
}

export function bitsElement({ cid, type, data }: Bits): Element {
  const base64 = Buffer.from(data.buffer, data.byteOffset, data.length).toString('base64');
  return xml('data', { xmlns: NS_BOB, cid, type, 'max-age': MAX_AGE_S }, base64);
}

/** The type of a picture by its first octets: what a stranger says of it is not believed. */
export function pictureType(data: Uint8Array): string | undefined {
  const head = String.fromCharCode(...data.subarray(0, 12));
  if (head.startsWith('\x89PNG\r\n\x1a\n')) return 'image/png';
  if (head.startsWith('\xff\xd8\xff')) return 'image/jpeg';
  if (/^GIF8[79]a/.test(head)) return 'image/gif';
  return head.startsWith('RIFF') && head.slice(8) === 'WEBP' ? 'image/webp' : undefined;
}
