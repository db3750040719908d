import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { equalBytes, fromHex } from '../../src/silc/bytes.js';
import type { KeyPair } from '../../src/silc/client/types.js';
import type { RsaPrivateNumbers } from '../../src/silc/crypto/backend.js';
import { joinKeyPair } from '../../src/silc/crypto/key-pair.js';
import { decodePublicKey, type SilcPublicKey } from '../../src/silc/crypto/public-key.js';

/** Reference data that comes with the project. */
const ownVectors = fileURLToPath(new URL('../vectors', import.meta.url));

/** The folder of reference data that a vector run is told to use. */
export function vectorsFolder(): string {
  return process.env['SILC_VECTORS_DIR'] ?? ownVectors;
}

const hex = z.string().transform((text) => fromHex(text));
const anyCases = z.object({
  cases: z.array(z.object({ kind: z.string().optional(), input: z.unknown(), expect: z.unknown() })),
});
const loadedKey = z.object({
  loaded: z.literal(true),
  ...{ n: hex, e: hex, d: hex, p: hex, q: hex, dp: hex, dq: hex, qinv: hex },
});
const namedKeys = z.object({
  initiator_key: z.string(),
  initiator_public_key: hex,
  responder_key: z.string(),
  responder_public_key: hex,
});

function readCases(folder: string, file: string): z.infer<typeof anyCases>['cases'] {
  return anyCases.parse(JSON.parse(readFileSync(join(folder, file), 'utf8'))).cases;
}

const privateKeys = new Map<string, readonly RsaPrivateNumbers[]>();

function privateKeysIn(folder: string): readonly RsaPrivateNumbers[] {
  const known = privateKeys.get(folder);
  if (known !== undefined) return known;
  const found = readCases(folder, 'privatekey.json').flatMap((testCase) => {
    const key = loadedKey.safeParse(testCase.expect);
    if (!key.success) return [];
    const { n, e, d, p, q, dp, dq, qinv: qi } = key.data;
    return [{ n, e, d, p, q, dp, dq, qi }];
  });
  privateKeys.set(folder, found);
  return found;
}

/** The pair of a public key whose private half stands in `privatekey.json` of a folder of reference data. */
export function keyPairOf(publicKey: SilcPublicKey, folder: string = ownVectors): KeyPair {
  const numbers = privateKeysIn(folder).find((key) => equalBytes(key.n, publicKey.numbers.n));
  if (numbers === undefined) throw new Error('no private key for this public key in privatekey.json');
  return joinKeyPair(publicKey, numbers);
}

const testPairs = new Map<string, KeyPair>();

/** One of the test key pairs of the reference data, by name: bits and key version. */
export function testKeyPair(name: 'k1024v1' | 'k1024v2' | 'k2048v1' | 'k2048v2' | 'k4096v2'): KeyPair {
  if (testPairs.size === 0) {
    for (const { input } of readCases(ownVectors, 'ske.json')) {
      const named = namedKeys.safeParse(input);
      if (!named.success) continue;
      const { initiator_key, initiator_public_key, responder_key, responder_public_key } = named.data;
      testPairs.set(initiator_key, keyPairOf(decodePublicKey(initiator_public_key)));
      testPairs.set(responder_key, keyPairOf(decodePublicKey(responder_public_key)));
    }
  }
  const pair = testPairs.get(name);
  if (pair === undefined) throw new Error(`no test key ${name}`);
  return pair;
}
