import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concat, fromHex, toHex } from '../../../src/silc/bytes.js';
import { supportedAlgorithms } from '../../../src/silc/crypto/algorithms.js';
import { createCipher } from '../../../src/silc/crypto/cipher.js';
import { backends } from './support.js';

const usage: unknown = expect.objectContaining({ name: 'SilcError', code: 'usage' });
const zeroIv = new Uint8Array(16);

/** Single blocks of the specification ("Twofish: A 128-Bit Block Cipher", 1998, appendix B.1). */
const singleBlocks = [
  ['0'.repeat(32), '9f589f5cf6122c32b6bfec2f2ae8c35a'],
  ['0123456789abcdeffedcba98765432100011223344556677', 'cfd1d2e5a9be9cdf501f13b892bd2248'],
  ['0123456789abcdeffedcba987654321000112233445566778899aabbccddeeff', '37527be0052334b89f0cfccae87cfa20'],
] as const;

/**
 * The last line of the specification's chained test (appendix B.2): 49 encryptions from a key and a
 * plaintext of zeros, each with the last ciphertext as plaintext and with the last plaintext in front of the last key.
 */
const chainedBlocks = [
  {
    keyLength: 16,
    key: 'bca724a54533c6987e14aa827952f921',
    plaintext: '6b459286f3ffd28d49f15b1581b08e42',
    ciphertext: '5d9d4eeffa9151575524f115815a12e0',
  },
  {
    keyLength: 24,
    key: 'fb66522c332fcc4c042abe32fa9e902fdea4f3da75ec7a8e',
    plaintext: 'f0ab73301125fa21ef70be5385fb76b6',
    ciphertext: 'e75449212beef9f4a390bd860a640941',
  },
  {
    keyLength: 32,
    key: '248a7f3528b168acfdd1386e3f51e30c2e2158bc3e5fc714c1eeeca0ea696d48',
    plaintext: '431058f4dbc7f734da4f02f04cc4f459',
    ciphertext: '37fe26ff1cf66175f5ddf4c33b97a205',
  },
];

describe.each(backends)('Twofish in CBC on $name', (backend) => {
  const encrypt = (key: Uint8Array, data: Uint8Array, iv = zeroIv): Uint8Array =>
    backend.blockCbc('twofish', 'encrypt', key, iv).update(data);
  const decrypt = (key: Uint8Array, data: Uint8Array, iv = zeroIv): Uint8Array =>
    backend.blockCbc('twofish', 'decrypt', key, iv).update(data);

  test.each(singleBlocks)('gives the known answer under the key %s', (key, ciphertext) => {
    expect(toHex(encrypt(fromHex(key), zeroIv))).toBe(ciphertext);
    expect(toHex(decrypt(fromHex(key), fromHex(ciphertext)))).toBe(toHex(zeroIv));
  });

  test.each(chainedBlocks)('gives the known chain of answers with keys of $keyLength octets', (last) => {
    let key: Uint8Array = new Uint8Array(last.keyLength);
    let plaintext: Uint8Array = zeroIv;
    for (let line = 1; line < 49; line++) {
      const ciphertext = encrypt(key, plaintext);
      expect(toHex(decrypt(key, ciphertext))).toBe(toHex(plaintext));
      key = concat(plaintext, key).slice(0, last.keyLength);
      plaintext = ciphertext;
    }
    expect([toHex(key), toHex(plaintext)]).toEqual([last.key, last.plaintext]);
    expect(toHex(encrypt(key, plaintext))).toBe(last.ciphertext);
  });

  test('is CBC over the single block, whatever the calls are cut into', () => {
    const octets = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
    fc.assert(
      fc.property(
        fc.constantFrom(16, 24, 32).chain(octets),
        octets(16),
        fc.array(
          fc.integer({ min: 0, max: 4 }).chain((blocks) => octets(16 * blocks)),
          { maxLength: 6 },
        ),
        (key, iv, calls) => {
          const encrypter = backend.blockCbc('twofish', 'encrypt', key, iv);
          const decrypter = backend.blockCbc('twofish', 'decrypt', key, iv);
          let last: Uint8Array = iv;
          for (const data of calls) {
            const before = data.slice();
            const sealed = encrypter.update(data);
            expect(toHex(data)).toBe(toHex(before));
            for (let start = 0; start < data.length; start += 16) {
              const mixed = data.slice(start, start + 16).map((octet, i) => octet ^ (last[i] ?? 0));
              last = sealed.slice(start, start + 16);
              expect(toHex(last)).toBe(toHex(encrypt(key, mixed)));
            }
            expect(toHex(decrypter.update(sealed))).toBe(toHex(data));
          }
        },
      ),
    );
  });

  test('keeps its own copy of key and IV', () => {
    const [key, iv] = [new Uint8Array(32).fill(1), new Uint8Array(16).fill(2)];
    const expected = toHex(encrypt(key, new Uint8Array(32), iv));
    const stream = backend.blockCbc('twofish', 'encrypt', key, iv);
    key.fill(0);
    iv.fill(0);
    expect(toHex(stream.update(new Uint8Array(32)))).toBe(expected);
  });

  test('refuses other lengths', () => {
    for (const length of [0, 8, 15, 17, 33, 64]) {
      expect(() => encrypt(new Uint8Array(length), zeroIv)).toThrow(usage);
    }
    expect(() => encrypt(new Uint8Array(16), zeroIv, new Uint8Array(8))).toThrow(usage);
    expect(() => decrypt(new Uint8Array(16), new Uint8Array(17))).toThrow(usage);
    expect(decrypt(new Uint8Array(16), new Uint8Array(0))).toHaveLength(0);
  });
});

test('both backends agree on every cipher name', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...supportedAlgorithms.ciphers),
      fc.constantFrom(16, 24, 32).chain((length) => fc.uint8Array({ minLength: length, maxLength: length })),
      fc.uint8Array({ minLength: 16, maxLength: 16 }),
      fc.uint8Array({ minLength: 64, maxLength: 64 }),
      (name, key, iv, data) => {
        const [one, other] = backends.map((backend) => {
          const stream = createCipher(backend, name, 'encrypt', key, iv);
          return toHex(concat(stream.update(data.subarray(0, 16)), stream.update(data.subarray(16))));
        });
        expect(one).toBe(other);
      },
    ),
  );
});

describe.each(backends)('a wiped cipher on $name', (backend) => {
  test.each(supportedAlgorithms.ciphers)('of %s is of no more use, and can be wiped again', (name) => {
    const key = new Uint8Array(32).fill(5);
    const iv = new Uint8Array(16).fill(6);
    for (const direction of ['encrypt', 'decrypt'] as const) {
      const stream = createCipher(backend, name, direction, key, iv);
      stream.update(new Uint8Array(32));
      stream.wipe();
      stream.wipe();
      expect(() => stream.update(new Uint8Array(16))).toThrow();
    }
    expect([key[0], iv[0]]).toEqual([5, 6]); // the caller's own are the caller's
  });
});
