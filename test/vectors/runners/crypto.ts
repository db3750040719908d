import { expect } from 'vitest';
import { z } from 'zod';
import { equalBytes, toHex } from '../../../src/silc/bytes.js';
import {
  ciphers,
  hashes,
  hashName,
  hmac,
  hmacName,
  hmacs,
  isCipherName,
} from '../../../src/silc/crypto/algorithms.js';
import { createCipher } from '../../../src/silc/crypto/cipher.js';
import type { CaseCheck, VectorRunner } from './types.js';
import { hex } from './schemas.js';

const cipherInput = z.object({
  cipher: z.string(),
  key_bits: z.number(),
  key: hex,
  iv: hex,
  calls: z.array(z.object({ plaintext: hex, iv_restarted_before: z.boolean().optional() })),
});
const cipherExpect = z.object({
  block_length: z.number(),
  iv_length: z.number(),
  mode: z.enum(['cbc', 'ctr']),
  calls: z.array(z.object({ ciphertext: hex, iv_after: hex })),
});

const cipher: CaseCheck = ({ input, expect: wanted }, backend) => {
  const { cipher: name, key_bits, key, iv, calls } = cipherInput.parse(input);
  const result = cipherExpect.parse(wanted);
  if (!isCipherName(name)) throw new Error(`${name} is not offered`);
  const row = ciphers[name];
  expect(row).toMatchObject({
    mode: result.mode,
    blockLength: result.block_length,
    ivLength: result.iv_length,
    keyLength: key_bits / 8,
  });
  expect(result.calls).toHaveLength(calls.length);

  let encrypter = createCipher(backend, name, 'encrypt', key, iv);
  let decrypter = createCipher(backend, name, 'decrypt', key, iv);
  let sinceIv = 0;
  for (const [i, call] of calls.entries()) {
    if (call.iv_restarted_before === true) {
      encrypter = createCipher(backend, name, 'encrypt', key, iv);
      decrypter = createCipher(backend, name, 'decrypt', key, iv);
      sinceIv = 0;
    }
    const { ciphertext = new Uint8Array(0), iv_after = iv } = result.calls[i] ?? {};
    expect(toHex(encrypter.update(call.plaintext))).toBe(toHex(ciphertext));
    expect(toHex(decrypter.update(ciphertext))).toBe(toHex(call.plaintext));
    sinceIv += call.plaintext.length;
    // At a block border the stated IV starts a cipher that continues the stream.
    if (sinceIv % row.blockLength === 0 && calls[i + 1]?.iv_restarted_before !== true) {
      const next = calls[i + 1]?.plaintext;
      if (next !== undefined) {
        const resumed = createCipher(backend, name, 'encrypt', key, iv_after).update(next);
        expect(equalBytes(resumed, result.calls[i + 1]?.ciphertext ?? iv)).toBe(true);
      }
    }
  }
};

const hmacCase: CaseCheck = ({ input, expect: wanted }, backend) => {
  const { hmac: text, key, data } = z.object({ hmac: z.string(), key: hex, data: hex }).parse(input);
  const result = z.object({ mac_length: z.number(), mac: hex, hash: z.string() }).parse(wanted);
  const name = hmacName(text);
  expect(hmacs[name]).toMatchObject({ length: result.mac_length, hash: result.hash });
  expect(toHex(hmac(backend, name, key, data))).toBe(toHex(result.mac));
  const middle = data.length >> 1;
  expect(toHex(hmac(backend, name, key, data.subarray(0, middle), data.subarray(middle)))).toBe(
    toHex(result.mac),
  );
};

const hashCase: CaseCheck = ({ input, expect: wanted }, backend) => {
  const { hash: text, data } = z.object({ hash: z.string(), data: hex }).parse(input);
  const result = z.object({ digest: hex, digest_length: z.number() }).parse(wanted);
  const name = hashName(text);
  expect(hashes[name].length).toBe(result.digest_length);
  expect(toHex(backend.hash(name, data))).toBe(toHex(result.digest));
  const middle = data.length >> 1;
  expect(toHex(backend.hash(name, data.subarray(0, middle), data.subarray(middle)))).toBe(
    toHex(result.digest),
  );
};

export const runner: VectorRunner = {
  kinds: { cipher, hmac: hmacCase, hash: hashCase },
};
