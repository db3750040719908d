import { toHex } from '../bytes.js';
import type { CryptoBackend } from './backend.js';
import type { SilcPublicKey } from './public-key.js';

/** SHA-1 of the whole key blob, its length field included: 20 octets. */
export function fingerprintBytes(backend: CryptoBackend, key: SilcPublicKey): Uint8Array {
  return backend.hash('sha1', key.encoded);
}

/** The fingerprint as 40 lower-case hex digits: the form for comparing and storing. */
export function fingerprint(backend: CryptoBackend, key: SilcPublicKey): string {
  return toHex(fingerprintBytes(backend, key));
}

/** `digest` as SILC clients show it: upper-case hex in groups of four, two blanks in the middle. */
export function displayFingerprint(digest: Uint8Array): string {
  const grouped = toHex(digest)
    .toUpperCase()
    .match(/.{1,4}/g);
  if (grouped === null) return '';
  const half = Math.ceil(grouped.length / 2);
  const halves = [grouped.slice(0, half), grouped.slice(half)].filter((groups) => groups.length > 0);
  return halves.map((groups) => groups.join(' ')).join('  ');
}

const vowels = 'aeiouy';
const consonants = 'bcdfghklmnprstvzx';

/**
 * `digest` in Bubble Babble, the pronounceable encoding of key fingerprints (Huima, 2000): five letters for each two
 * octets, a running checksum woven into the vowels.
 */
export function babbleprint(digest: Uint8Array): string {
  let checksum = 1;
  let text = 'x';
  for (let i = 0; i + 1 < digest.length; i += 2) {
    const [first = 0, second = 0] = digest.subarray(i, i + 2);
    text +=
      vowel((first >> 6) + checksum) +
      consonant((first >> 2) & 15) +
      vowel((first & 3) + Math.floor(checksum / 6)) +
      consonant(second >> 4) +
      '-' +
      consonant(second & 15);
    checksum = (checksum * 5 + first * 7 + second) % 36;
  }
  const last = digest.length % 2 === 1 ? digest.at(-1) : undefined;
  text +=
    last === undefined
      ? vowel(checksum) + 'x' + vowel(Math.floor(checksum / 6))
      : vowel((last >> 6) + checksum) +
        consonant((last >> 2) & 15) +
        vowel((last & 3) + Math.floor(checksum / 6));
  return `${text}x`;
}

function vowel(value: number): string {
  return vowels.charAt(value % 6);
}

function consonant(value: number): string {
  return consonants.charAt(value);
}
