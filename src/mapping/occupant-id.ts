import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';

import { utf8 } from '../silc/bytes.js';
import type { ClientIdentity } from './identity.js';

/**
 * Occupant id (XEP-0421): the same for one key on one channel through nick changes and reconnections; where the key is
 * not known, for one Client ID. It does not match the id of the same person on another channel, and without the
 * gateway's key says nothing of whom it is for.
 * @param key 32 secret octets, the same for as long as ids should stay.
 * @param channelName in prepared form.
 * @returns 43 characters of base64url.
 */
export function occupantId(
  key: Uint8Array,
  network: string,
  channelName: string,
  identity: ClientIdentity,
): string {
  const { fingerprint, clientId } = identity;
  // JSON keeps the fields apart whatever they hold, and a fingerprint from a Client ID.
  const who = fingerprint === undefined ? ['client', clientId] : ['key', fingerprint];
  return base64url(hmac(sha256, key, utf8(JSON.stringify([network, channelName, ...who]))));
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** RFC 4648, section 5, without padding. */
function base64url(octets: Uint8Array): string {
  let text = '';
  for (let at = 0; at < octets.length; at += 3) {
    const [a = 0, b = 0, c = 0] = octets.subarray(at, at + 3);
    const group = (a << 16) | (b << 8) | c;
    const digits = Math.min(octets.length - at, 3) + 1;
    for (let i = 0; i < digits; i++) text += ALPHABET.charAt((group >> (18 - 6 * i)) & 63);
  }
  return text;
}
