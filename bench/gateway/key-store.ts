import { generatePrime } from 'node:crypto';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import type { RsaPrivateNumbers } from '../../src/silc/crypto/backend.js';
import { encodeKeyPair } from '../../src/silc/crypto/key-pair.js';
import { fromBigInt, modInverse } from '../../src/silc/crypto/modular.js';
import { encodePublicKey } from '../../src/silc/crypto/public-key.js';
import type { openStore } from '../../src/store/open.js';
import { userOf } from './crowd.js';

const PRIME_BITS = 1_024;
const EXPONENT = 65_537n;

/**
 * Makes a store in which `users` users have their RSA-2048 key pairs already, as a gateway has that has served them
 * before. The keys are as long as real ones and all different, but share their primes: 46 primes are enough for 1,000
 * pairs and are made in seconds, where 1,000 pairs take minutes. Nobody must use them for anything else.
 *
 * @param dist folder of the build that the store is for: the schema may be another one in another build
 * @param url a store that does not exist
 */
export async function makeStore(dist: string, url: string, users: number): Promise<void> {
  const path = pathToFileURL(join(dist, 'store', 'open.js')).href;
  const build = (await import(path)) as { readonly openStore: typeof openStore };
  const store = await build.openStore({ url });
  try {
    const primes = await makePrimes(Math.ceil((1 + Math.sqrt(1 + 8 * users)) / 2));
    let user = 0;
    for (const [i, p] of primes.entries()) {
      for (const q of primes.slice(0, i)) {
        if (user === users) return;
        const privateKey = rsaNumbers(p, q);
        const publicKey = encodePublicKey({ UN: 'jabber', HN: 'bench' }, privateKey);
        await store.identities.add(userOf(user++), encodeKeyPair({ publicKey, privateKey }));
      }
    }
  } finally {
    await store.close();
  }
}

async function makePrimes(count: number): Promise<readonly bigint[]> {
  const generate = promisify((callback: (error: Error | null, prime: bigint) => void): void =>
    generatePrime(PRIME_BITS, { bigint: true }, callback),
  );
  const primes = new Set<bigint>();
  while (primes.size < count) {
    const prime = await generate();
    if (prime % EXPONENT !== 1n) primes.add(prime);
  }
  return [...primes];
}

function rsaNumbers(p: bigint, q: bigint): RsaPrivateNumbers {
  const phi = (p - 1n) * (q - 1n);
  // e·d = 1 + k·φ: k is found modulo the small exponent, much faster than an inverse modulo φ.
  const k = EXPONENT - (modInverse(phi % EXPONENT, EXPONENT) ?? 0n);
  const d = (1n + k * phi) / EXPONENT;
  const qi = modInverse(q, p) ?? 0n;
  const numbers = { n: p * q, e: EXPONENT, d, p, q, dp: d % (p - 1n), dq: d % (q - 1n), qi };
  return {
    n: fromBigInt(numbers.n),
    e: fromBigInt(numbers.e),
    d: fromBigInt(numbers.d),
    p: fromBigInt(numbers.p),
    q: fromBigInt(numbers.q),
    dp: fromBigInt(numbers.dp),
    dq: fromBigInt(numbers.dq),
    qi: fromBigInt(numbers.qi),
  };
}
