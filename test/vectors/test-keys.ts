import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { equalBytes } from '../../src/silc/bytes.js';
import type { RsaPrivateNumbers, RsaPublicNumbers } from '../../src/silc/crypto/backend.js';
import { hex } from './runners/schemas.js';

/** The folder whose cases are run. */
export const vectorsDirectory = resolve(process.env.SILC_VECTORS_DIR ?? import.meta.dirname);

const numbers = z
  .object({ loaded: z.literal(true), n: hex, e: hex, d: hex, p: hex, q: hex, dp: hex, dq: hex, qinv: hex })
  .transform(({ n, e, d, p, q, dp, dq, qinv }) => ({ n, e, d, p, q, dp, dq, qi: qinv }));

interface TestKey {
  readonly name: string;
  readonly numbers: RsaPrivateNumbers;
}

/** Private test keys: those of the folder's privatekey.json, then those of this folder's. `prv-<name>` states key <name>. */
function loadTestKeys(): readonly TestKey[] {
  return [vectorsDirectory, import.meta.dirname].flatMap((directory) => {
    const path = join(directory, 'privatekey.json');
    if (!existsSync(path)) return [];
    const { cases } = z
      .object({ cases: z.array(z.object({ id: z.string(), expect: z.unknown() })) })
      .parse(JSON.parse(readFileSync(path, 'utf8')));
    return cases.flatMap(({ id, expect }): TestKey[] => {
      const parsed = numbers.safeParse(expect);
      return parsed.success ? [{ name: id.replace(/^prv-/, ''), numbers: parsed.data }] : [];
    });
  });
}

const testKeys = loadTestKeys();

/** The private half of a public key; undefined where no file states it. */
export function privateKeyOf({ n }: RsaPublicNumbers): RsaPrivateNumbers | undefined {
  return testKeys.find((key) => equalBytes(key.numbers.n, n))?.numbers;
}

/** The private key of this name. */
export function privateKeyNamed(name: string): RsaPrivateNumbers | undefined {
  return testKeys.find((key) => key.name === name)?.numbers;
}

/** The version of a named test key: its suffix. */
export function versionOfNamed(name: string): 1 | 2 {
  return name.endsWith('v2') ? 2 : 1;
}
