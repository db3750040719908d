import { expect } from 'vitest';
import { z } from 'zod';
import { toHex } from '../../../src/silc/bytes.js';
import { SilcError } from '../../../src/silc/errors.js';
import { readPrivateKeyFile, writePrivateKeyFile } from '../../../src/silc/crypto/key-file.js';
import { bitLength } from '../../../src/silc/crypto/pkcs1.js';
import { decodePrivateKey, encodePrivateKey } from '../../../src/silc/crypto/private-key.js';
import { signData, verifyData } from '../../../src/silc/crypto/signature.js';
import { hex } from './schemas.js';
import type { CaseCheck, VectorRunner } from './types.js';

const fileInput = z.object({
  encoding: z.enum(['binary', 'base64']),
  file: hex,
  passphrase: z.string(),
  passphrase_bytes: hex,
});
const fileExpect = z.discriminatedUnion('loaded', [
  z.object({ loaded: z.literal(false) }),
  z.object({
    loaded: z.literal(true),
    signature_scheme: z.enum(['pkcs1-no-oid', 'pkcs1']),
    bits: z.number(),
    n: z.string(),
    e: z.string(),
    d: z.string(),
    p: z.string(),
    q: z.string(),
    dp: z.string(),
    dq: z.string(),
    qinv: z.string(),
    reexported_inner_encoding: hex,
  }),
]);

const privateKeyFile: CaseCheck = ({ input, expect: wanted }, backend) => {
  const { encoding, file, passphrase, passphrase_bytes } = fileInput.parse(input);
  const result = fileExpect.parse(wanted);
  if (!result.loaded) {
    expect(() => readPrivateKeyFile(backend, file, passphrase)).toThrow(SilcError);
    return;
  }
  const { numbers, version } = readPrivateKeyFile(backend, file, passphrase);
  const { n, e, d, p, q, dp, dq, qinv } = result;
  const named = Object.entries<Uint8Array>({ ...numbers });
  expect(Object.fromEntries(named.map(([name, number]) => [name, toHex(number)]))).toEqual({
    n,
    e,
    d,
    p,
    q,
    dp,
    dq,
    qi: qinv,
  });
  expect(version).toBe(result.signature_scheme === 'pkcs1' ? 2 : 1);
  expect(result.bits - bitLength(numbers.n)).toBeLessThanOrEqual(1);
  expect(readPrivateKeyFile(backend, file, passphrase_bytes).numbers).toEqual(numbers);

  const inner = encodePrivateKey(numbers);
  expect(toHex(inner)).toBe(toHex(result.reexported_inner_encoding));
  expect(decodePrivateKey(inner)).toEqual({ version: 1, numbers });
  const again = writePrivateKeyFile(backend, numbers, passphrase, encoding);
  expect(readPrivateKeyFile(backend, again, passphrase)).toEqual({ version: 1, numbers });
  const data = [backend.randomBytes(33)];
  expect(verifyData(backend, numbers, 'sha1', data, signData(backend, numbers, 'sha1', data))).toBe(true);
};

export const runner: VectorRunner = { kinds: { private_key_file: privateKeyFile } };
