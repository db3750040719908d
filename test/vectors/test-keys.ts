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

/** Cases of a file in the folder, then of the same in this folder: a folder may have some files only. */
function casesOf(
  file: string,
): readonly { readonly id: string; readonly input?: unknown; readonly expect?: unknown }[] {
  return [...new Set([vectorsDirectory, import.meta.dirname])].flatMap((directory) => {
    const path = join(directory, file);
    if (!existsSync(path)) return [];
    return z
      .object({ cases: z.array(z.object({ id: z.string(), input: z.unknown(), expect: z.unknown() })) })
      .parse(JSON.parse(readFileSync(path, 'utf8'))).cases;
  });
}

/** Private test keys of privatekey.json: `prv-<name>` states key <name>. */
const testKeys: readonly TestKey[] = casesOf('privatekey.json').flatMap(({ id, expect }) => {
  const parsed = numbers.safeParse(expect);
  return parsed.success ? [{ name: id.replace(/^prv-/, ''), numbers: parsed.data }] : [];
});

/** Encoded public test keys of publickey.json by name. */
const publicKeys: readonly { readonly name: string; readonly encoded: Uint8Array }[] = casesOf(
  'publickey.json',
).flatMap(({ input, expect }) => {
  const named = z.object({ name: z.string() }).safeParse(input);
  const stated = z.object({ encoded: hex }).safeParse(expect);
  return named.success && stated.success ? [{ name: named.data.name, encoded: stated.data.encoded }] : [];
});

/** The private half of a public key; undefined where no file states it. */
export function privateKeyOf({ n }: RsaPublicNumbers): RsaPrivateNumbers | undefined {
  return testKeys.find((key) => equalBytes(key.numbers.n, n))?.numbers;
}

/** The private key of this name. */
export function privateKeyNamed(name: string): RsaPrivateNumbers | undefined {
  return testKeys.find((key) => key.name === name)?.numbers;
}

/** The encoded public key of this name. */
export function publicKeyNamed(name: string): Uint8Array | undefined {
  return publicKeys.find((key) => key.name === name)?.encoded;
}

/** The version of a named test key: its suffix. */
export function versionOfNamed(name: string): 1 | 2 {
  return name.endsWith('v2') ? 2 : 1;
}
