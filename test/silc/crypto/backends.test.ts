import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concat, toHex } from '../../../src/silc/bytes.js';
import { nobleBackend } from '../../../src/silc/crypto/backend-noble.js';
import { nodeBackend } from '../../../src/silc/crypto/backend-node.js';
import type { CipherStream, HashName } from '../../../src/silc/crypto/backend.js';
import { backends } from './support.js';

const octets = (maxLength: number) => fc.uint8Array({ maxLength });
const block = fc.uint8Array({ minLength: 16, maxLength: 16 });
const aesKey = fc
  .constantFrom(16, 24, 32)
  .chain((length) => fc.uint8Array({ minLength: length, maxLength: length }));
const hashName = fc.constantFrom<HashName>('sha256', 'sha1', 'md5');

/** Cuts `data` at the given places and feeds the pieces one after the other. */
function inPieces(stream: CipherStream, data: Uint8Array, cuts: readonly number[], unit: number): Uint8Array {
  const places = cuts.map((cut) => Math.floor((cut % (data.length + 1)) / unit) * unit).sort((a, b) => a - b);
  const out: Uint8Array[] = [];
  let start = 0;
  for (const place of [...places, data.length]) {
    out.push(stream.update(data.subarray(start, place)));
    start = place;
  }
  return concat(...out);
}

describe('both backends', () => {
  test('hash the same, however the data is cut', () => {
    fc.assert(
      fc.property(hashName, fc.array(octets(200), { maxLength: 5 }), (name, parts) => {
        const whole = toHex(nodeBackend.hash(name, concat(...parts)));
        for (const backend of backends) expect(toHex(backend.hash(name, ...parts))).toBe(whole);
      }),
    );
  });

  test('make the same HMAC, also with keys longer than a block', () => {
    fc.assert(
      fc.property(hashName, octets(150), fc.array(octets(200), { maxLength: 4 }), (name, key, parts) => {
        const whole = toHex(nodeBackend.hmac(name, key, concat(...parts)));
        for (const backend of backends) expect(toHex(backend.hmac(name, key, ...parts))).toBe(whole);
      }),
    );
  });

  test('sign with a kept HMAC key as without one, short messages and long ones', () => {
    const message = fc.oneof(
      octets(300),
      fc.integer({ min: 65_400, max: 70_000 }).map((n) => new Uint8Array(n).fill(n)),
    );
    fc.assert(
      fc.property(
        hashName,
        octets(150),
        octets(8),
        fc.array(message, { maxLength: 3 }),
        fc.nat(40),
        (name, key, head, messages, beyond) => {
          for (const backend of backends) {
            const own = key.slice();
            const kept = backend.hmacKey(name, own);
            own.fill(0);
            for (const one of messages) {
              const length = Math.max(0, one.length - beyond);
              const whole = nodeBackend.hmac(name, key, head, one.subarray(0, length));
              const out = new Uint8Array(40).fill(9);
              kept.sign(head, one, length, out);
              expect(toHex(out.subarray(0, whole.length))).toBe(toHex(whole));
              expect(out.subarray(whole.length).every((octet) => octet === 9)).toBe(true);
            }
          }
        },
      ),
      { numRuns: 50 },
    );
  });

  test('encrypt bare blocks the same: CTR key stream is made of them', () => {
    fc.assert(
      fc.property(aesKey, block, fc.integer({ min: 0, max: 40 }), (key, counter, count) => {
        const first = counter.slice();
        first.fill(0, 14); // no carry
        const blocks = new Uint8Array(16 * count);
        for (let i = 0; i < count; i++) {
          blocks.set(first, 16 * i);
          blocks[16 * i + 15] = i;
        }
        const keyStream = toHex(nodeBackend.aesCtr(key, first).update(new Uint8Array(16 * count)));
        for (const backend of backends) {
          const cipher = backend.aesBlocks(key);
          expect(toHex(cipher.update(blocks))).toBe(keyStream);
          expect(toHex(cipher.update(blocks))).toBe(keyStream);
          cipher.wipe();
          expect(() => cipher.update(new Uint8Array(16))).toThrow();
        }
      }),
    );
  });

  test('encrypt CBC the same, chaining across calls, and decrypt each other', () => {
    fc.assert(
      fc.property(aesKey, block, octets(20), fc.array(fc.nat(), { maxLength: 6 }), (key, iv, seed, cuts) => {
        const data = new Uint8Array(16 * 20).map((_, i) => seed[i % (seed.length + 1)] ?? i);
        const whole = toHex(nodeBackend.blockCbc('aes', 'encrypt', key, iv).update(data));
        for (const backend of backends) {
          const pieces = inPieces(backend.blockCbc('aes', 'encrypt', key, iv), data, cuts, 16);
          expect(toHex(pieces)).toBe(whole);
          for (const other of backends) {
            const plain = inPieces(other.blockCbc('aes', 'decrypt', key, iv), pieces, cuts, 16);
            expect(toHex(plain)).toBe(toHex(data));
          }
        }
      }),
    );
  });

  test('make the same CTR key stream, continued across calls of any length', () => {
    fc.assert(
      fc.property(
        aesKey,
        block,
        octets(400),
        fc.array(fc.nat(), { maxLength: 8 }),
        (key, counter, data, cuts) => {
          const whole = toHex(nodeBackend.aesCtr(key, counter).update(data));
          for (const backend of backends) {
            expect(toHex(inPieces(backend.aesCtr(key, counter), data, cuts, 1))).toBe(whole);
          }
        },
      ),
    );
  });

  test('carry the counter block over all 128 bits', () => {
    const key = new Uint8Array(32).fill(7);
    for (const tail of [1, 4, 8, 12, 16]) {
      const counter = new Uint8Array(16).fill(0xff, 16 - tail);
      const zeros = new Uint8Array(16 * 5 + 3);
      const [first, second] = backends.map((backend) => {
        const stream = backend.aesCtr(key, counter);
        return toHex(concat(stream.update(zeros.subarray(0, 35)), stream.update(zeros.subarray(35))));
      });
      expect(first).toBe(second);
    }
  });

  for (const backend of backends) {
    test(`${backend.name}: ciphers keep their own copy of key and IV`, () => {
      const [key, iv] = [new Uint8Array(16).fill(1), new Uint8Array(16).fill(2)];
      const data = new Uint8Array(32);
      const expected = toHex(backend.blockCbc('aes', 'encrypt', key, iv).update(data));
      const expectedCtr = toHex(backend.aesCtr(key, iv).update(data));
      const [keyCopy, ivCopy] = [Buffer.from(key), Buffer.from(iv)];
      const cbc = backend.blockCbc('aes', 'encrypt', keyCopy, ivCopy);
      const ctr = backend.aesCtr(keyCopy, ivCopy);
      keyCopy.fill(0);
      ivCopy.fill(0);
      expect(toHex(cbc.update(data))).toBe(expected);
      expect(toHex(ctr.update(data))).toBe(expectedCtr);
    });

    test(`${backend.name}: odd lengths are refused with a typed error`, () => {
      const usage: unknown = expect.objectContaining({ name: 'SilcError', code: 'usage' });
      const [key, iv] = [new Uint8Array(16), new Uint8Array(16)];
      expect(() => backend.blockCbc('aes', 'encrypt', new Uint8Array(15), iv)).toThrow(usage);
      expect(() => backend.blockCbc('aes', 'decrypt', key, new Uint8Array(8))).toThrow(usage);
      expect(() => backend.aesCtr(new Uint8Array(33), iv)).toThrow(usage);
      expect(() => backend.aesCtr(key, new Uint8Array(17))).toThrow(usage);
      expect(() => backend.blockCbc('aes', 'encrypt', key, iv).update(new Uint8Array(17))).toThrow(usage);
      expect(backend.blockCbc('aes', 'encrypt', key, iv).update(new Uint8Array(0))).toHaveLength(0);
      expect(backend.aesCtr(key, iv).update(new Uint8Array(0))).toHaveLength(0);
    });

    test(`${backend.name}: random octets have the length asked for and differ`, () => {
      expect(backend.randomBytes(0)).toHaveLength(0);
      expect(backend.randomBytes(20)).toHaveLength(20);
      expect(toHex(backend.randomBytes(20))).not.toBe(toHex(backend.randomBytes(20)));
    });
  }

  test('have their names', () => {
    expect([nodeBackend.name, nobleBackend.name]).toEqual(['node', 'noble']);
  });
});
