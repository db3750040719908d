import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hash,
  timingSafeEqual,
} from 'node:crypto';
import { BATCH, type PACKET_CIPHERS } from './work.js';

/*
 * What node:crypto itself takes for the octets of a packet: one straight loop, no header, no IDs, no padding, no framing, no
 * memory of the packet's own. The lengths are known beforehand, and nothing is put together: cipher text and MAC are two
 * buffers.
 *
 * - CBC: one cipher object for all packets and one `update` a packet. CTR: a cipher object a packet, because SILC's counter
 *   block is set anew for each.
 * - `hmac`: an Hmac object a packet, which is node:crypto's interface for the job. `digests`: HMAC by its definition with two
 *   one-shot digests as strings, the fastest way that was found; the padded key stands in front of the octets.
 */
export type RawMac = 'hmac' | 'digests';

const HMAC_KEY_LENGTH = 20;
const MAC_LENGTH = 12;
const BLOCK = 64;

/** Octets of a packet with this much payload, as the packets of `packetWork` have it. */
function bodyLength(cipher: (typeof PACKET_CIPHERS)[number], size: number): number {
  const trueLength = 10 + 16 + 8 + size;
  if (cipher.endsWith('ctr')) return trueLength;
  const padding = 16 - (trueLength % 16);
  return trueLength + (padding < 8 ? padding + 16 : padding);
}

/** Two functions that do the cryptography of a batch of packets in either direction. */
export function rawWork(
  { cipher, size }: { cipher: (typeof PACKET_CIPHERS)[number]; size: number },
  mac: RawMac,
): Record<'encode' | 'decode', () => void> {
  const key = createSecretKey(new Uint8Array(32).fill(1));
  const counter = new Uint8Array(16);
  const chained = cipher === 'aes-256-cbc';
  const encrypter = createCipheriv('aes-256-cbc', key, counter).setAutoPadding(false);
  const decrypter = createDecipheriv('aes-256-cbc', key, counter).setAutoPadding(false);
  const update = (octets: Uint8Array, decrypt: boolean): Buffer => {
    if (chained) return (decrypt ? decrypter : encrypter).update(octets);
    counter[11] = ((counter[11] ?? 0) + 1) & 0xff;
    return createCipheriv('aes-256-ctr', key, counter).update(octets);
  };
  const sign = mac === 'hmac' ? hmacSigner() : digestSigner(bodyLength(cipher, size));
  const octets = new Uint8Array(bodyLength(cipher, size)).fill(3);
  const expected = sign(octets).slice(0, MAC_LENGTH);
  const batch = Array.from({ length: BATCH }, () => octets.slice());
  return {
    encode: () => {
      for (let i = 0; i < BATCH; i++) sign(update(octets, false));
    },
    decode: () => {
      for (const body of batch) {
        if (!timingSafeEqual(sign(body).subarray(0, MAC_LENGTH), expected)) throw new Error('wrong MAC');
        update(body, true);
      }
    },
  };
}

function hmacSigner(): (octets: Uint8Array) => Uint8Array {
  const key = createSecretKey(new Uint8Array(HMAC_KEY_LENGTH).fill(2));
  const sequence = new Uint8Array(4);
  return (octets) => createHmac('sha1', key).update(sequence).update(octets).digest();
}

function digestSigner(length: number): (octets: Uint8Array) => Uint8Array {
  const inner = new Uint8Array(BLOCK + 4 + length);
  const outer = new Uint8Array(BLOCK + 20);
  const out = new Uint8Array(20);
  for (let i = 0; i < BLOCK; i++) {
    const octet = i < HMAC_KEY_LENGTH ? 2 : 0;
    inner[i] = octet ^ 0x36;
    outer[i] = octet ^ 0x5c;
  }
  return (octets) => {
    inner.set(octets, BLOCK + 4);
    const digest = hash('sha1', inner, 'binary');
    for (let i = 0; i < 20; i++) outer[BLOCK + i] = digest.charCodeAt(i);
    const whole = hash('sha1', outer, 'binary');
    for (let i = 0; i < 20; i++) out[i] = whole.charCodeAt(i);
    return out;
  };
}
