import { expect } from 'vitest';
import { z } from 'zod';
import { toHex } from '../../../src/silc/bytes.js';
import type { CryptoBackend, HashName } from '../../../src/silc/crypto/backend.js';
import { decodePublicKey, type SilcPublicKey } from '../../../src/silc/crypto/public-key.js';
import {
  dataSignatureForm,
  digestSignatureForm,
  signatureForm,
  verify,
  verifyData,
} from '../../../src/silc/crypto/signature.js';
import { hex } from './schemas.js';
import type { CaseCheck, VectorRunner } from './types.js';

const signatureInput = z.object({
  key_version: z.union([z.literal(1), z.literal(2)]),
  hash: z.enum(['sha256', 'sha1', 'md5']),
  toolkit_hashes: z.boolean(),
  data: hex,
  public_key: hex,
});
const checkInput = signatureInput.extend({ signature: hex });

/** What the toolkit says, which accepts one form only: that of the key's version. */
function toolkitVerdicts(
  backend: CryptoBackend,
  key: SilcPublicKey,
  hash: HashName,
  data: Uint8Array,
  signature: Uint8Array,
): { readonly withHash: boolean; readonly withoutHash: boolean } {
  const { numbers, version } = key;
  const digest = backend.hash(hash, data);
  return {
    withHash: signatureForm(backend, numbers, hash, digest, signature) === dataSignatureForm[version],
    withoutHash: signatureForm(backend, numbers, hash, data, signature) === digestSignatureForm[version],
  };
}

const signature: CaseCheck = ({ input, expect: wanted, informative }, backend) => {
  const { key_version, hash, toolkit_hashes, data, public_key } = signatureInput.parse(input);
  const result = z
    .object({ signature: hex, verifies_with_hash: z.boolean(), verifies_without_hash: z.boolean() })
    .parse(wanted);
  const key = decodePublicKey(public_key);
  expect(key.version).toBe(key_version);
  expect(result.signature).toHaveLength(key.numbers.n.length);
  expect(toolkitVerdicts(backend, key, hash, data, result.signature)).toEqual({
    withHash: result.verifies_with_hash,
    withoutHash: result.verifies_without_hash,
  });

  // Signatures are deterministic: the block inside is what the toolkit's signer put there.
  const digest = toolkit_hashes ? backend.hash(hash, data) : data;
  const form = key_version === 1 || informative !== undefined ? 'raw' : 'digest-info';
  expect(signatureForm(backend, key.numbers, hash, digest, result.signature)).toBe(form);
  // A verifier of ours takes every form that the toolkit makes.
  expect(
    toolkit_hashes
      ? verifyData(backend, key.numbers, hash, [data], result.signature)
      : verify(backend, key.numbers, hash, data, result.signature),
  ).toBe(true);
};

const signatureCheck: CaseCheck = ({ input, expect: wanted, informative }, backend) => {
  const { hash, toolkit_hashes, data, public_key, signature: octets } = checkInput.parse(input);
  const { accepted } = z.object({ accepted: z.boolean() }).parse(wanted);
  const { numbers } = decodePublicKey(public_key);
  const verdict = toolkit_hashes
    ? verifyData(backend, numbers, hash, [data], octets)
    : verify(backend, numbers, hash, data, octets);
  // Where the toolkit is lenient the signature has not the length of the modulus: that is refused here.
  expect(verdict, toHex(octets).slice(0, 32)).toBe(informative === undefined ? accepted : false);
};

export const runner: VectorRunner = { kinds: { signature, signature_check: signatureCheck } };
