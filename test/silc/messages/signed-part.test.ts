import { beforeAll, describe, expect, test } from 'vitest';
import { concat, fromHex, utf8 } from '../../../src/silc/bytes.js';
import { nobleBackend } from '../../../src/silc/crypto/backend-noble.js';
import { nodeBackend } from '../../../src/silc/crypto/backend-node.js';
import type { RsaPrivateNumbers } from '../../../src/silc/crypto/backend.js';
import type { ChannelId, ClientId } from '../../../src/silc/ids.js';
import { MessageFlag, messageKind, messageText } from '../../../src/silc/messages/message-flag.js';
import { channelMessageKey } from '../../../src/silc/messages/message-keys.js';
import {
  decodeMessage,
  encodeMessage,
  type MessagePayload,
} from '../../../src/silc/messages/message-payload.js';
import { openMessage, protectMessage } from '../../../src/silc/messages/protection.js';
import { verifyMessage, type MessageSignature } from '../../../src/silc/messages/signed-part.js';
import { withCode } from '../../support/silc-error.js';

let signerKey: RsaPrivateNumbers;
let otherKey: RsaPrivateNumbers;

beforeAll(async () => {
  signerKey = await nodeBackend.generateRsaKey(1024);
  otherKey = await nodeBackend.generateRsaKey(1024);
});

function signatureOf({ signature }: MessagePayload): MessageSignature {
  if (signature === undefined) throw new Error('not signed');
  return signature;
}

describe.each([nodeBackend, nobleBackend])('signed messages on $name', (backend) => {
  test.each([1, 2] as const)(
    'verify with the key of version %d that signed them, and no other',
    (version) => {
      const publicKey = fromHex('00010203');
      const signer = { key: signerKey, version, publicKey };
      const message = decodeMessage(
        encodeMessage(backend, { flags: MessageFlag.utf8, data: utf8('hi'), signer }),
      );
      const signature = signatureOf(message);
      expect(message.flags).toBe(MessageFlag.utf8 | MessageFlag.signed);
      expect(signature.publicKey).toEqual(publicKey);
      expect(verifyMessage(backend, signerKey, signature)).toBe(true);
      expect(verifyMessage(backend, otherKey, signature)).toBe(false);
      expect(verifyMessage(backend, signerKey, signature, ['md5'])).toBe(false);
    },
  );

  test('do not verify with any octet of text, padding or key changed', () => {
    const signer = { key: signerKey, publicKey: fromHex('a1a2') };
    const plain = encodeMessage(backend, { flags: 0, data: utf8('pay 10'), signer });
    const covered = plain.length - 2 - signatureOf(decodeMessage(plain)).signature.length;
    // The lengths stay as they are: changed ones are another layout.
    const lengths = [2, 3, 10, 11, 16, 17];
    for (let i = 4; i < covered; i++) {
      if (lengths.includes(i)) continue;
      const changed = Uint8Array.from(plain, (octet, at) => (at === i ? octet ^ 1 : octet));
      const { signature } = decodeMessage(changed);
      if (signature !== undefined)
        expect(verifyMessage(backend, signerKey, signature), `octet ${i}`).toBe(false);
    }
  });

  test('under a channel key carry their signature outside of the encrypted part', () => {
    const key = channelMessageKey(backend, new Uint8Array(32).fill(4));
    const parties = {
      sender: '7f00000185ba5b20727f3e2e4c632e9f' as ClientId,
      receiver: '7f000001dd4fe9fa' as ChannelId,
    };
    for (const length of [1, 10, 11, 200]) {
      const data = new Uint8Array(length).fill(0x61);
      const payload = protectMessage(backend, key, parties, { flags: 0, data, signer: { key: signerKey } });
      const { message } = openMessage(backend, key, parties, payload);
      expect(message.data).toHaveLength(length);
      expect(verifyMessage(backend, signerKey, signatureOf(message))).toBe(true);
    }
  });
});

describe('the signature part', () => {
  const plain = concat(fromHex('0020' + '0001' + '61' + '0000'));

  test('may be missing although the flag is set', () => {
    expect(decodeMessage(plain)).toMatchObject({ flags: MessageFlag.signed, signature: undefined });
  });

  test.each([
    ['an empty signature', '00000001' + '0000'],
    ['a public key longer than the message', '00090001' + '0000'],
    ['a signature longer than the message', '00000001' + '0004' + 'aa'],
    ['three octets only', '000000'],
  ])('is refused with %s', (_, part) => {
    expect(() => decodeMessage(concat(plain, fromHex(part)))).toThrow(withCode('malformed'));
  });

  test('is not claimed by a flag alone', () => {
    const message = encodeMessage(nodeBackend, { flags: MessageFlag.signed, data: utf8('x') });
    expect(decodeMessage(message).flags).toBe(0);
  });
});

describe('text of messages', () => {
  test.each([
    ['UTF-8 as it says', MessageFlag.utf8, 'c3bc', 'ü'],
    ['UTF-8 without saying so', 0, 'c3bc', 'ü'],
    ['ISO 8859-1', 0, 'fc80', 'ü\u0080'],
    ['what says it is UTF-8 and is not', MessageFlag.utf8, '61fc', 'a\ufffd'],
    ['nothing', 0, '', ''],
  ])('is read from %s', (_, flags, hex, wanted) => {
    expect(messageText(flags, fromHex(hex))).toBe(wanted);
  });

  test.each([
    [MessageFlag.utf8, 'text'],
    [MessageFlag.action | MessageFlag.utf8, 'action'],
    [MessageFlag.notice, 'notice'],
    [MessageFlag.data | MessageFlag.action, 'mime'],
  ])('with flags %i is of kind %s', (flags, kind) => {
    expect(messageKind(flags)).toBe(kind);
  });
});
