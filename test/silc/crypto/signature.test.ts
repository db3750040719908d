import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toHex, utf8 } from '../../../src/silc/bytes.js';
import { fromBigInt, modPow, toBigInt } from '../../../src/silc/crypto/modular.js';
import { type1Data } from '../../../src/silc/crypto/pkcs1.js';
import {
  sign,
  signatureForm,
  signData,
  verify,
  verifyData,
  type SignatureForm,
} from '../../../src/silc/crypto/signature.js';
import { backends, testKey } from './support.js';

const { numbers: key } = testKey('k1024v1');
const { numbers: longKey } = testKey('k2048v1');
const digest = new Uint8Array(20).fill(0xab);
const forms: readonly SignatureForm[] = ['raw', 'digest-info', 'digest-info-rehashed'];

/** The RSA private operation on any block, well-formed or not. */
function signRaw(block: Uint8Array): Uint8Array {
  const [n, d] = [toBigInt(key.n), toBigInt(key.d)];
  return fromBigInt(modPow(toBigInt(block), d, n), key.n.length);
}

/** A block of the modulus' length: the given octets in front, FF between, the given octets at the end. */
function blockOf(front: readonly number[], back: Uint8Array): Uint8Array {
  const block = new Uint8Array(key.n.length).fill(0xff);
  block.set(front, 0);
  block.set(back, block.length - back.length);
  return block;
}

for (const backend of backends) {
  describe(`signatures on ${backend.name}`, () => {
    test.each(forms)('in the form %s verify, and tell their form', (form) => {
      for (const hash of ['sha256', 'sha1', 'md5'] as const) {
        const data = backend.hash(hash, utf8('data'));
        const signature = sign(backend, longKey, hash, data, form);
        expect(signature).toHaveLength(longKey.n.length);
        expect(signatureForm(backend, longKey, hash, data, signature)).toBe(form);
        expect(verify(backend, longKey, hash, data, signature)).toBe(true);
        expect(verify(backend, key, hash, data, signature)).toBe(false);
      }
    });

    test('over data hash the parts as one', () => {
      const signature = signData(backend, key, 'sha1', [utf8('one'), utf8('two')]);
      expect(verifyData(backend, key, 'sha1', [utf8('onetwo')], signature)).toBe(true);
      expect(verifyData(backend, key, 'sha1', [utf8('one')], signature)).toBe(false);
      expect(verifyData(backend, key, 'sha256', [utf8('onetwo')], signature)).toBe(false);
    });

    test('are the same octets on every backend', () => {
      const [first, second] = backends.map((other) => toHex(sign(other, longKey, 'sha1', digest)));
      expect(first).toBe(second);
      expect(toHex(sign(backend, longKey, 'sha1', digest))).toBe(first);
    });

    test('with any bit changed do not verify and do not throw', () => {
      const signature = sign(backend, key, 'sha1', digest);
      fc.assert(
        fc.property(fc.nat(signature.length * 8 - 1), (bit) => {
          const changed = signature.slice();
          changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
          expect(verify(backend, key, 'sha1', digest, changed)).toBe(false);
        }),
      );
    });

    test('of any octets and any key numbers never throw', () => {
      const number = fc.oneof(fc.uint8Array({ maxLength: 140 }), fc.constant(key.n), fc.constant(key.e));
      fc.assert(
        fc.property(number, number, fc.uint8Array({ maxLength: 140 }), (n, e, signature) => {
          expect(verify(backend, { n, e }, 'sha1', digest, signature)).toBe(false);
          expect(verify(backend, { n, e }, 'sha1', digest, signature.slice(0, n.length))).toBe(false);
        }),
      );
    });

    test('at or above the modulus, zero and one are refused', () => {
      const n = toBigInt(key.n);
      for (const value of [0n, 1n, n - 1n, n, n + 1n]) {
        const signature = fromBigInt(value, key.n.length);
        expect(backend.rsaRecoverBlock(key, signature)).toBeUndefined();
      }
    });

    test('with an exponent or a modulus beyond the limits cost nothing', () => {
      const huge = new Uint8Array(16384 / 8 + 1).fill(0xff);
      expect(backend.rsaRecoverBlock({ n: huge, e: key.e }, huge)).toBeUndefined();
      expect(backend.rsaRecoverBlock({ n: key.n, e: key.n }, new Uint8Array(key.n.length))).toBeUndefined();
      expect(backend.rsaRecoverBlock({ n: key.n, e: Uint8Array.of(1) }, key.n)).toBeUndefined();
    });

    test.each([
      ['block type 2', [0, 2], Uint8Array.of(0, ...digest)],
      ['block type 0', [0, 0], Uint8Array.of(0, ...digest)],
      ['a first octet that is not zero', [1, 1], Uint8Array.of(0, ...digest)],
      ['no separator', [0, 1], new Uint8Array(0)],
      ['padding that is not FF', [0, 1, 0xff, 0xfe], Uint8Array.of(0, ...digest)],
      ['seven octets of padding', [0, 1], new Uint8Array(key.n.length - 9)],
    ])('around a block with %s do not verify', (_, front, back) => {
      const block = blockOf(front, back);
      const number = toBigInt(block);
      if (number >= toBigInt(key.n)) return;
      expect(type1Data(block)).toBeUndefined();
      expect(backend.rsaRecoverBlock(key, signRaw(block))).toBeUndefined();
    });

    test('around a well-formed block give its data, even none', () => {
      expect(backend.rsaRecoverBlock(key, signRaw(blockOf([0, 1], Uint8Array.of(0, ...digest))))).toEqual(
        digest,
      );
      expect(backend.rsaRecoverBlock(key, signRaw(blockOf([0, 1], Uint8Array.of(0))))).toHaveLength(0);
      const longest = new Uint8Array(key.n.length - 11).fill(3);
      expect(backend.rsaRecoverBlock(key, backend.rsaSignBlock(key, longest))).toEqual(longest);
    });

    test('by one key are the same before and after those by hundreds of others', () => {
      const before = backend.rsaSignBlock(key, digest);
      const others = Array.from({ length: backend.name === 'node' ? 300 : 3 }, () => ({ ...key }));
      for (const other of others) expect(backend.rsaSignBlock(other, digest)).toEqual(before);
      expect(backend.rsaSignBlock(key, digest)).toEqual(before);
    });

    test('of data that does not fit, or by numbers that do not belong together, are not made', () => {
      const usage: unknown = expect.objectContaining({ name: 'SilcError', code: 'usage' });
      expect(() => backend.rsaSignBlock(key, new Uint8Array(key.n.length - 10))).toThrow(usage);
      expect(() => backend.rsaSignBlock({ ...key, n: longKey.n }, digest)).toThrow(usage);
      expect(() => backend.rsaSignBlock({ ...key, p: Uint8Array.of(0) }, digest)).toThrow(usage);
    });
  });
}
