import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { KeyPair } from '../../src/silc/client/types.js';
import { nodeBackend } from '../../src/silc/crypto/backend-node.js';
import { fingerprint } from '../../src/silc/crypto/fingerprint.js';
import {
  keyFileForm,
  readPrivateKeyFile,
  readPublicKeyFile,
  writePrivateKeyFile,
  writePublicKeyFile,
  type KeyFileEncoding,
} from '../../src/silc/crypto/key-file.js';
import { generateKeyPair, joinKeyPair } from '../../src/silc/crypto/key-pair.js';
import { testKeyPair } from '../support/keys.js';
import { nextEvent } from '../support/silc-world.js';
import { openTarget, type Target } from './support/target.js';

let target: Target;
beforeAll(async () => {
  target = await openTarget();
});
// Servers let each client wait for itself: what takes long is done at the same time.
afterAll(() => target.close());

/** What comes back from the files of a key. */
function throughFiles(keyPair: KeyPair, passphrase: string, encoding: KeyFileEncoding): KeyPair {
  const secret = writePrivateKeyFile(nodeBackend, keyPair.privateKey, passphrase, encoding);
  expect(() => readPrivateKeyFile(nodeBackend, secret, `${passphrase}?`)).toThrow();
  const open = writePublicKeyFile(keyPair.publicKey, encoding);
  expect([keyFileForm(secret).encoding, keyFileForm(open).encoding]).toEqual([encoding, encoding]);
  return joinKeyPair(readPublicKeyFile(open), readPrivateKeyFile(nodeBackend, secret, passphrase).numbers);
}

const identifier = {
  UN: 'anna',
  HN: 'silc.test',
  RN: 'Anna Ä. Müller',
  E: 'anna@silc.test',
  O: 'o',
  C: 'FI',
};
const made = (bits: number): Promise<KeyPair> => generateKeyPair(nodeBackend, { bits, identifier });

describe.concurrent('a client with a key of a file', () => {
  it.each([
    ['a new one of 2048 bits', () => made(2048), 'sésame', 'binary'],
    ['a new one of 3072 bits', () => made(3072), '', 'base64'],
    ['1024 bits, version 1', () => testKeyPair('k1024v1'), 'secret', 'base64'],
    ['1024 bits, version 2', () => testKeyPair('k1024v2'), 'secret', 'binary'],
    ['4096 bits, version 2', () => testKeyPair('k4096v2'), '', 'binary'],
  ] as const)(
    'is known to others by it, and signs with it: %s',
    async (_what, source, passphrase, encoding) => {
      const original = await source();
      const keyPair = throughFiles(original, passphrase, encoding);
      const own = fingerprint(nodeBackend, original.publicKey);
      const [ann, bob] = [await target.client('ann', { keyPair }), await target.client('bob')];
      const found = await bob.whoisById(ann.self.clientId);
      expect(found?.user.fingerprint).toBe(own);
      const key = await bob.getKey(ann.self.clientId);
      expect(key?.encoded).toEqual(original.publicKey.encoded);
      expect(key?.identifier).toEqual(original.publicKey.identifier);
      const told = nextEvent(bob, 'private-message');
      await ann.tell(bob.self.clientId, 'signed', { sign: true });
      expect((await told).message.signature).toBe('verified');
    },
  );
});
