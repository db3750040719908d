import { expect, test } from 'vitest';
import { toHex, utf8 } from '../../../src/silc/bytes.js';
import {
  cipherName,
  DEFAULT_CIPHER,
  DEFAULT_HMAC,
  defaultProposal,
  hashes,
  hashName,
  hmac,
  hmacName,
  hmacs,
  isCipherName,
  isGroupName,
  isWeak,
  supportedAlgorithms,
} from '../../../src/silc/crypto/algorithms.js';
import { backends } from './support.js';

const unsupported: unknown = expect.objectContaining({ name: 'SilcError', code: 'unsupported' });

test('the proposal prefers CTR and SHA-256, and holds what every server has', () => {
  expect(defaultProposal).toEqual({
    groups: ['diffie-hellman-group2', 'diffie-hellman-group1'],
    pkcs: ['rsa'],
    ciphers: [
      ...['aes-256-ctr', 'aes-256-cbc', 'aes-192-ctr', 'aes-192-cbc', 'aes-128-ctr', 'aes-128-cbc'],
      ...['twofish-256-cbc', 'twofish-192-cbc', 'twofish-128-cbc'],
    ],
    hashes: ['sha256', 'sha1'],
    hmacs: ['hmac-sha256-96', 'hmac-sha1-96'],
  });
});

test('MD5 can be answered with but is never proposed', () => {
  expect(supportedAlgorithms.hashes).toContain('md5');
  expect(supportedAlgorithms.hmacs).toContain('hmac-md5-96');
  expect(JSON.stringify(defaultProposal)).not.toContain('md5');
});

test('what is weak is never proposed, and only that and what few servers have is left out', () => {
  const { hashes: all, hmacs: macs } = supportedAlgorithms;
  const weak = [...all, ...macs].filter(isWeak);
  expect(weak).toEqual(['md5', 'hmac-md5-96', 'hmac-md5']);
  const proposed: readonly string[] = [...defaultProposal.hashes, ...defaultProposal.hmacs];
  expect(weak.filter((name) => proposed.includes(name))).toEqual([]);
  expect(isWeak('aes-256-cbc')).toBe(false);
  expect(isWeak('toString')).toBe(false);
});

test('ciphers that the toolkit does not have are not algorithms', () => {
  for (const name of ['twofish-256-ctr', 'serpent-256-cbc', 'cast-128-cbc', 'aes-256-rcbc']) {
    expect(isCipherName(name)).toBe(false);
    expect(() => cipherName(name)).toThrow(unsupported);
  }
});

test.each(['', 'none', 'AES-256-CBC', 'toString', '__proto__', 'constructor', 'hasOwnProperty'])(
  'the name %j from outside is not an algorithm',
  (name) => {
    expect(() => cipherName(name)).toThrow(unsupported);
    expect(() => hmacName(name)).toThrow(unsupported);
    expect(() => hashName(name)).toThrow(unsupported);
    expect(isGroupName(name)).toBe(false);
  },
);

test('names from outside that are algorithms come back typed', () => {
  expect([cipherName(DEFAULT_CIPHER), hmacName(DEFAULT_HMAC), hashName('sha1')]).toEqual([
    'aes-256-cbc',
    'hmac-sha1-96',
    'sha1',
  ]);
});

test('the tables agree with the backends about lengths', () => {
  for (const backend of backends) {
    for (const name of supportedAlgorithms.hashes) {
      expect(backend.hash(name, utf8('x'))).toHaveLength(hashes[name].length);
      const { digestInfoPrefix, length } = hashes[name];
      // The last octet of a DigestInfo's frame is the digest's length, the second the length of the rest.
      expect(digestInfoPrefix.endsWith(length.toString(16))).toBe(true);
      expect(Number.parseInt(digestInfoPrefix.slice(2, 4), 16)).toBe(
        digestInfoPrefix.length / 2 - 2 + length,
      );
    }
    for (const name of supportedAlgorithms.hmacs) {
      const full = backend.hmac(hmacs[name].hash, utf8('key'), utf8('data'));
      const cut = hmac(backend, name, utf8('key'), utf8('da'), utf8('ta'));
      expect(cut).toHaveLength(hmacs[name].length);
      expect(toHex(full).startsWith(toHex(cut))).toBe(true);
    }
  }
});
