import { describe, expect, it, vi } from 'vitest';
import { utf8 } from '../../../../src/silc/bytes.js';
import { verifyMessageOnce } from '../../../../src/silc/client/messages/signature-verdicts.js';
import type { CryptoBackend } from '../../../../src/silc/crypto/backend.js';
import { nodeBackend } from '../../../../src/silc/crypto/backend-node.js';
import { decodeMessage, encodeMessage, MessageFlag } from '../../../../src/silc/messages/index.js';
import type { MessageSignature } from '../../../../src/silc/messages/index.js';
import { testKeyPair } from '../../../support/keys.js';

const { privateKey, publicKey } = testKeyPair('k1024v1');

function counted() {
  const rsaRecoverBlock = vi.fn<CryptoBackend['rsaRecoverBlock']>((key, data) =>
    nodeBackend.rsaRecoverBlock(key, data),
  );
  return { backend: { ...nodeBackend, rsaRecoverBlock }, calls: rsaRecoverBlock.mock.calls };
}

function signed(text: string): MessageSignature {
  const message = { flags: MessageFlag.utf8, data: utf8(text), signer: { key: privateKey } };
  const { signature } = decodeMessage(encodeMessage(nodeBackend, message));
  if (signature === undefined) throw new Error('not signed');
  return signature;
}

describe('verdicts on signatures', () => {
  it('are found once for a message that many sessions get', () => {
    const { backend, calls } = counted();
    const signature = signed('to all');
    for (let n = 0; n < 50; n++) expect(verifyMessageOnce(backend, publicKey.numbers, signature)).toBe(true);
    expect(calls).toHaveLength(1);
  });

  it('take one public operation also where the signature is wrong', () => {
    const { backend, calls } = counted();
    const signature = { ...signed('one text'), covered: utf8('another text') };
    for (let n = 0; n < 50; n++) expect(verifyMessageOnce(backend, publicKey.numbers, signature)).toBe(false);
    expect(calls).toHaveLength(1);
  });

  it('are each message’s and each key’s own', () => {
    const signature = signed('mine');
    expect(verifyMessageOnce(nodeBackend, publicKey.numbers, signature)).toBe(true);
    const other = testKeyPair('k2048v1').publicKey.numbers;
    expect(verifyMessageOnce(nodeBackend, other, signature)).toBe(false);
    expect(
      verifyMessageOnce(nodeBackend, publicKey.numbers, {
        ...signature,
        covered: signature.covered.slice(1),
      }),
    ).toBe(false);
    expect(verifyMessageOnce(nodeBackend, publicKey.numbers, signature)).toBe(true);
  });
});
