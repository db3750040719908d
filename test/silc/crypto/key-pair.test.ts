import { describe, expect, test } from 'vitest';
import { utf8 } from '../../../src/silc/bytes.js';
import {
  decodeKeyPair,
  encodeKeyPair,
  generateKeyPair,
  joinKeyPair,
} from '../../../src/silc/crypto/key-pair.js';
import { readPrivateKeyFile, writePrivateKeyFile } from '../../../src/silc/crypto/key-file.js';
import { bitLength } from '../../../src/silc/crypto/pkcs1.js';
import { encodePublicKey } from '../../../src/silc/crypto/public-key.js';
import { consistentPrivateNumbers } from '../../../src/silc/crypto/rsa-numbers.js';
import { signData, verifyData } from '../../../src/silc/crypto/signature.js';
import { backends, testKey } from './support.js';

const code = (value: string): unknown => expect.objectContaining({ name: 'SilcError', code: value });

describe.each(backends)('a new key pair on $name', (backend) => {
  test('is of version 1 and of the size asked for, and works everywhere', async () => {
    const pair = await generateKeyPair(backend, {
      bits: 1024,
      identifier: { UN: 'alice', HN: 'host', RN: 'Alice, of Finland', V: '2' },
    });
    const { publicKey, privateKey } = pair;
    expect(publicKey.version).toBe(1);
    expect(publicKey.identifier).toEqual({ UN: 'alice', HN: 'host', RN: 'Alice, of Finland' });
    expect(bitLength(privateKey.n)).toBe(1024);
    expect(publicKey.numbers.e).toEqual(Uint8Array.of(1, 0, 1));
    expect(consistentPrivateNumbers(privateKey)).toBe(true);
    expect(decodeKeyPair(encodeKeyPair(pair))).toEqual(pair);
    for (const other of backends) {
      const signature = signData(other, privateKey, 'sha256', [utf8('data')]);
      expect(verifyData(backend, publicKey.numbers, 'sha256', [utf8('data')], signature)).toBe(true);
      const file = writePrivateKeyFile(other, privateKey, 'words');
      expect(readPrivateKeyFile(backend, file, 'words').numbers).toEqual(privateKey);
    }
  });

  test('lets the event loop run while it is made', async () => {
    let turns = 0;
    let running = true;
    const count = (): void => {
      turns++;
      if (running) setImmediate(count);
    };
    setImmediate(count);
    await generateKeyPair(backend, { bits: 2048, identifier: { UN: 'a', HN: 'b' } });
    running = false;
    expect(turns).toBeGreaterThan(3);
  });

  test('of a size that is not made or with a name that cannot be written is refused', async () => {
    const identifier = { UN: 'a', HN: 'b' };
    for (const bits of [0, 512, 1023, 1025, 2047.5, 16392, Number.NaN]) {
      await expect(generateKeyPair(backend, { bits, identifier })).rejects.toThrow(code('usage'));
    }
    await expect(generateKeyPair(backend, { identifier: { UN: '', HN: 'b' } })).rejects.toThrow(
      code('bad-string'),
    );
  });
});

describe('two halves', () => {
  const { numbers } = testKey('k1024v1');
  const publicKey = encodePublicKey({ UN: 'a', HN: 'b' }, numbers);

  test('of one key are a pair', () => {
    expect(joinKeyPair(publicKey, numbers)).toEqual({ publicKey, privateKey: numbers });
  });

  test('of two keys are not', () => {
    expect(() => joinKeyPair(publicKey, testKey('k2048v1').numbers)).toThrow(code('malformed'));
    expect(() => joinKeyPair(publicKey, testKey('k1024v2').numbers)).toThrow(code('malformed'));
  });

  test('in a store can be wiped after reading', () => {
    const encoded = encodeKeyPair({ publicKey, privateKey: numbers });
    const pair = decodeKeyPair(encoded);
    encoded.privateKey.fill(0);
    encoded.publicKey.fill(0);
    expect(pair).toEqual({ publicKey, privateKey: numbers });
  });

  test('in a store can be wiped after reading where it hands out Buffers', () => {
    const encoded = encodeKeyPair({ publicKey, privateKey: numbers });
    const buffers = {
      publicKey: Buffer.from(encoded.publicKey),
      privateKey: Buffer.from(encoded.privateKey),
    };
    const pair = decodeKeyPair(buffers);
    buffers.privateKey.fill(0);
    buffers.publicKey.fill(0);
    expect(pair).toEqual({ publicKey, privateKey: numbers });
  });
});
