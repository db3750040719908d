import { describe, expect, test } from 'vitest';
import { fromHex, toHex, utf8 } from '../../../src/silc/bytes.js';
import { ciphers } from '../../../src/silc/crypto/algorithms.js';
import { createCipher, incrementCounterBlock } from '../../../src/silc/crypto/cipher.js';
import {
  deriveKeyMaterial,
  sessionKeyMaterial,
  staticKeyMaterial,
  swapDirections,
  wipeKeyMaterial,
} from '../../../src/silc/crypto/key-material.js';
import { backends } from './support.js';

const counted = (from: number, length: number) => Uint8Array.from({ length }, (_, i) => from + i);

describe.each(backends)('on $name', (backend) => {
  describe('key material', () => {
    test('of counted octets is what libsilc prints', () => {
      const material = deriveKeyMaterial(backend, counted(0, 64), { hash: 'sha256', keyLength: 32 });
      expect(toHex(material.sendIv)).toBe('e4fb1329f08b46df92906ff0be9b7ab1');
      expect(toHex(material.sendEncryptionKey)).toBe(
        'c453a4ab32db51eead97fb03afc87244de9455de960e90e3dd3ae91e30a7586e',
      );
      expect(toHex(material.sendHmacKey)).toBe(
        '6bcda99d58e5962b91d70f9c5d248e078f77df6a8b3d8c84f81f393911215828',
      );
    });

    test('longer than one SHA-1 block is chained', () => {
      const material = deriveKeyMaterial(backend, counted(0, 64), { hash: 'sha1', keyLength: 32 });
      expect(toHex(material.sendEncryptionKey)).toBe(
        '32d7ab557582ac205e0003192dc62ec11c9c8b6f4eed36fe5183ab19ab4f157f',
      );
      expect(material.sendHmacKey).toHaveLength(20);
    });

    test('of a static key cuts its blocks to 16 octets', () => {
      const material = staticKeyMaterial(backend, utf8('secretkey1'));
      expect(toHex(material.sendEncryptionKey)).toBe(
        '77aec9b7547ede5c87265053680cd3a59d47a8d7af1f403bead3b374294755c7',
      );
      expect(toHex(material.sendHmacKey)).toBe('d89dcd5ab34e29312c0c456b1772335e');
    });

    test('of a session is that of the secret and the exchange hash as one', () => {
      const [secret, exchangeHash] = [counted(1, 40), counted(9, 32)];
      for (const cipher of ['aes-128-cbc', 'aes-192-ctr', 'aes-256-cbc'] as const) {
        const material = sessionKeyMaterial(backend, 'sha256', cipher, secret, exchangeHash);
        const whole = Uint8Array.of(...secret, ...exchangeHash);
        const { keyLength } = ciphers[cipher];
        expect(material).toEqual(deriveKeyMaterial(backend, whole, { hash: 'sha256', keyLength }));
        expect(material.sendEncryptionKey).toHaveLength(keyLength);
        const rekeyed = sessionKeyMaterial(backend, 'sha256', cipher, whole);
        expect(rekeyed).toEqual(material);
      }
    });

    test('of the other side is the same, swapped', () => {
      const material = staticKeyMaterial(backend, utf8('k'));
      const swapped = swapDirections(material);
      expect(swapped.sendIv).toEqual(material.receiveIv);
      expect(swapped.sendEncryptionKey).toEqual(material.receiveEncryptionKey);
      expect(swapped.sendHmacKey).toEqual(material.receiveHmacKey);
      expect(swapDirections(swapped)).toEqual(material);
    });

    test('is all zeros once wiped, and leaves its input alone', () => {
      const secret = utf8('k');
      const material = staticKeyMaterial(backend, secret);
      wipeKeyMaterial(material);
      for (const part of Object.values<Uint8Array>({ ...material })) {
        expect(part.length).toBeGreaterThan(0);
        expect(part.every((octet) => octet === 0)).toBe(true);
      }
      expect(secret).toEqual(utf8('k'));
    });

    test('that the hash cannot give is refused', () => {
      const usage: unknown = expect.objectContaining({ name: 'SilcError', code: 'usage' });
      const derive = (keyLength: number, ivLength?: number, hmacKeyLength?: number) => () =>
        deriveKeyMaterial(backend, counted(0, 8), {
          hash: 'md5',
          keyLength,
          ...(ivLength === undefined ? {} : { ivLength }),
          ...(hmacKeyLength === undefined ? {} : { hmacKeyLength }),
        });
      expect(derive(48)).not.toThrow();
      expect(derive(49)).toThrow(usage);
      expect(derive(16, 17)).toThrow(usage);
      expect(derive(16, 16, 17)).toThrow(usage);
    });
  });

  describe('CTR by wire name', () => {
    test('increments the counter block before it is used', () => {
      const stream = createCipher(backend, 'aes-256-ctr', 'encrypt', counted(0, 32), counted(0xf0, 16));
      expect(toHex(stream.update(new Uint8Array(40)))).toBe(
        'ca5f7b40f12a34c16ea755214a77868e996c215b1418f598788520109554f28f4968c32dd6f0e722',
      );
    });

    test('wraps an IV of all ones to zero', () => {
      const key = counted(3, 16);
      const wrapped = createCipher(backend, 'aes-128-ctr', 'decrypt', key, new Uint8Array(16).fill(0xff));
      const plain = backend.aesCtr(key, new Uint8Array(16));
      expect(wrapped.update(counted(0, 50))).toEqual(plain.update(counted(0, 50)));
    });
  });

  test('CBC by wire name takes a 256-bit key for any of its names', () => {
    const [key, iv, data] = [counted(0, 32), counted(7, 16), counted(50, 64)];
    const [long, short] = (['aes-256-cbc', 'aes-128-cbc'] as const).map((name) =>
      createCipher(backend, name, 'encrypt', key, iv).update(data),
    );
    expect(short).toEqual(long);
  });

  test('a cipher refuses keys and IVs that AES does not have', () => {
    const usage: unknown = expect.objectContaining({ code: 'usage' });
    expect(() => createCipher(backend, 'aes-256-ctr', 'encrypt', counted(0, 31), counted(0, 16))).toThrow(
      usage,
    );
    expect(() => createCipher(backend, 'aes-256-ctr', 'encrypt', counted(0, 32), counted(0, 15))).toThrow(
      usage,
    );
  });
});

test('the next counter block is a new array, carried over all octets', () => {
  const block = fromHex('00ffffffffffffffffffffffffffffff');
  expect(toHex(incrementCounterBlock(block))).toBe('01000000000000000000000000000000');
  expect(toHex(block)).toBe('00ffffffffffffffffffffffffffffff');
});
