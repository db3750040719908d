import { createDiffieHellmanGroup } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromHex, toHex } from '../../../src/silc/bytes.js';
import { supportedAlgorithms } from '../../../src/silc/crypto/algorithms.js';
import { groups } from '../../../src/silc/crypto/groups.js';
import { fromBigInt } from '../../../src/silc/crypto/modular.js';
import { backends } from './support.js';

const keyExchange: unknown = expect.objectContaining({ name: 'SilcError', code: 'key-exchange' });

describe('Diffie-Hellman groups', () => {
  test.each([
    ['diffie-hellman-group1', 'modp2'],
    ['diffie-hellman-group2', 'modp5'],
    ['diffie-hellman-group3', 'modp14'],
  ] as const)('%s is the group %s of the platform, with generator 2', (name, platform) => {
    const group = createDiffieHellmanGroup(platform);
    expect(groups[name].prime).toBe(group.getPrime('hex'));
    expect(groups[name].bits).toBe(group.getPrime().length * 8);
    expect(group.getGenerator('hex')).toBe('02');
  });

  test('are all that the engine supports', () => {
    expect(supportedAlgorithms.groups).toEqual(Object.keys(groups));
  });
});

for (const name of supportedAlgorithms.groups) {
  const prime = BigInt(`0x${groups[name].prime}`);

  describe(name, () => {
    test('two halves agree, whichever backends made them', () => {
      for (const ours of backends) {
        for (const theirs of backends) {
          const [a, b] = [ours.diffieHellman(name), theirs.diffieHellman(name)];
          const secret = toHex(a.computeSecret(b.publicValue));
          expect(secret).toBe(toHex(b.computeSecret(a.publicValue)));
          expect(secret.length).toBeGreaterThan(100);
        }
      }
    });

    test('halves made at the same time do not disturb each other', () => {
      for (const backend of backends) {
        const pairs = Array.from(
          { length: 3 },
          () => [backend.diffieHellman(name), backend.diffieHellman(name)] as const,
        );
        const secrets = pairs.map(([one, other]) => toHex(one.computeSecret(other.publicValue)));
        pairs.forEach(([one, other], i) => {
          expect(toHex(other.computeSecret(one.publicValue))).toBe(secrets[i]);
        });
        expect(new Set(secrets).size).toBe(pairs.length);
      }
    });

    test('both backends calculate the same from the same exponents', () => {
      const exponent = fc
        .uint8Array({ minLength: 1, maxLength: 192 })
        .filter((octets) => octets.some((o) => o > 0));
      fc.assert(
        fc.property(exponent, fc.uint8Array({ minLength: 2, maxLength: 128 }), (x, peer) => {
          const value = Uint8Array.of(3, ...peer);
          const [node, noble] = backends.map((backend) => {
            const half = backend.diffieHellman(name, x);
            const trivial = half.publicValue.length === 1 && half.publicValue[0] === 1;
            return [trivial, toHex(half.publicValue), toHex(half.computeSecret(value))];
          });
          expect(node).toEqual(noble);
        }),
        { numRuns: 15 },
      );
    });

    test('values and secrets have no leading zero octets', () => {
      for (const backend of backends) {
        // 2^x is short for a small x: what the platform pads must be stripped.
        const half = backend.diffieHellman(name, Uint8Array.of(0, 0, 9));
        expect(toHex(half.publicValue)).toBe('0200');
        expect(toHex(half.computeSecret(Uint8Array.of(0, 3)))).toBe('4ce3'); // 3^9
      }
    });

    test.each([
      ['no octets', new Uint8Array(0)],
      ['0', Uint8Array.of(0, 0, 0)],
      ['1', Uint8Array.of(0, 1)],
      ['p − 1', fromBigInt(prime - 1n)],
      ['p', fromBigInt(prime)],
      ['p + 1', fromBigInt(prime + 1n)],
      ['a longer number', fromHex(`01${groups[name].prime}`)],
      ['p − 1 with leading zeros', Uint8Array.of(0, 0, ...fromBigInt(prime - 1n))],
    ])('refuses the public value %s', (_, value) => {
      for (const backend of backends) {
        expect(() => backend.diffieHellman(name).computeSecret(value)).toThrow(keyExchange);
      }
    });

    test('takes the public values 2 and p − 2', () => {
      for (const backend of backends) {
        for (const value of [Uint8Array.of(2), fromBigInt(prime - 2n)]) {
          const half = backend.diffieHellman(name, Uint8Array.of(2));
          expect(toHex(half.computeSecret(value))).toBe('04');
        }
      }
    });

    test('is for one use, and leaves the exponent that it was given alone', () => {
      for (const backend of backends) {
        const exponent = Uint8Array.of(7, 7);
        const half = backend.diffieHellman(name, exponent);
        expect(() => half.computeSecret(Uint8Array.of(1))).toThrow(keyExchange);
        half.computeSecret(Uint8Array.of(2));
        expect(() => half.computeSecret(Uint8Array.of(2))).toThrow(
          expect.objectContaining({ name: 'SilcError', code: 'usage' }),
        );
        expect(exponent).toEqual(Uint8Array.of(7, 7));
      }
    });

    test('refuses a secret exponent of zero', () => {
      for (const backend of backends) {
        expect(() => backend.diffieHellman(name, new Uint8Array(3))).toThrow(
          expect.objectContaining({ code: 'usage' }),
        );
      }
    });
  });
}
