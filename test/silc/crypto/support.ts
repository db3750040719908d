import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { fromHex } from '../../../src/silc/bytes.js';
import { nobleBackend } from '../../../src/silc/crypto/backend-noble.js';
import { nodeBackend } from '../../../src/silc/crypto/backend-node.js';
import type { CryptoBackend, RsaPrivateNumbers } from '../../../src/silc/crypto/backend.js';

export const backends: readonly CryptoBackend[] = [nodeBackend, nobleBackend];

const hex = z.string().transform((text) => fromHex(text));

/** One loaded case of `test/vectors/privatekey.json`. */
const loadedKey = z.object({
  id: z.string(),
  input: z.object({ file: hex, passphrase: z.string() }),
  expect: z.object({
    loaded: z.literal(true),
    n: hex,
    e: hex,
    d: hex,
    p: hex,
    q: hex,
    dp: hex,
    dq: hex,
    qinv: hex,
  }),
});

export interface TestKey {
  readonly numbers: RsaPrivateNumbers;
  readonly file: Uint8Array;
  readonly passphrase: string;
}

/** A test key of the vectors (`k1024v1`, `k2048v1` …), so that no test waits for a key to be made. */
export function testKey(name: string): TestKey {
  const url = new URL('../../vectors/privatekey.json', import.meta.url);
  const { cases } = z
    .object({ cases: z.array(z.looseObject({ id: z.string() })) })
    .parse(JSON.parse(readFileSync(url, 'utf8')));
  const found = loadedKey.parse(cases.find(({ id }) => id === `prv-${name}`));
  const { n, e, d, p, q, dp, dq, qinv } = found.expect;
  return { ...found.input, numbers: { n, e, d, p, q, dp, dq, qi: qinv } };
}
