import { describe, expect, test } from 'vitest';
import { fromHex, utf8 } from '../../../src/silc/bytes.js';
import { babbleprint, displayFingerprint, fingerprint } from '../../../src/silc/crypto/fingerprint.js';
import { encodePublicKey } from '../../../src/silc/crypto/public-key.js';
import { backends, testKey } from './support.js';

const digest = fromHex('074a176c4ae780f9cf9495994096c4d68afb446e');

describe('a fingerprint', () => {
  test('is shown in groups of four digits with two blanks in the middle', () => {
    expect(displayFingerprint(digest)).toBe('074A 176C 4AE7 80F9 CF94  9599 4096 C4D6 8AFB 446E');
  });

  test('of few octets is shown too', () => {
    expect(displayFingerprint(new Uint8Array(0))).toBe('');
    expect(displayFingerprint(Uint8Array.of(0xab))).toBe('AB');
    expect(displayFingerprint(fromHex('abcdef'))).toBe('ABCD  EF');
  });

  test('of a key is 40 lower-case digits, the same on every backend', () => {
    const key = encodePublicKey({ UN: 'u', HN: 'h' }, testKey('k1024v1').numbers);
    const [first, second] = backends.map((backend) => fingerprint(backend, key));
    expect(first).toMatch(/^[0-9a-f]{40}$/);
    expect(second).toBe(first);
  });
});

describe('a babbleprint', () => {
  test.each([
    ['', 'xexax'],
    ['1234567890', 'xesef-disof-gytuf-katof-movif-baxux'],
    ['Pineapple', 'xigak-nyryk-humil-bosek-sonax'],
  ])('of %j is the published one', (text, expected) => {
    expect(babbleprint(utf8(text))).toBe(expected);
  });

  test('of a SHA-1 digest is what SILC clients show', () => {
    expect(babbleprint(digest)).toBe('xecog-pihak-sudov-lubaz-nafon-gahyn-nyban-kocet-kudez-rucek-vexox');
  });
});
