import fc from 'fast-check';
import { test } from 'vitest';
import { utf8 } from '../../src/silc/bytes.js';
import { nodeBackend } from '../../src/silc/crypto/backend-node.js';
import { SilcError } from '../../src/silc/errors.js';
import type { ChannelId, ClientId } from '../../src/silc/ids.js';
import { channelMessageKey, decodeMessage, encodeMessage } from '../../src/silc/messages/index.js';
import { protectMessage, tryOpenMessage } from '../../src/silc/messages/protection.js';
import { decodeNotify, encodeNotify, notifyPayload } from '../../src/silc/packets/notify.js';
import { decodePayload, encodePayload } from '../../src/silc/packets/index.js';
import { testKeyPair } from '../support/keys.js';
import { channel, notifies, other } from './support/notifies.js';
import { mutated, mutations } from './support/mutations.js';

function refusesOrGives<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof SilcError)) throw error;
    return undefined;
  }
}

const publicKey = testKeyPair('k1024v1').publicKey.encoded;

test('every notify becomes a notify or a SilcError however it is changed', () => {
  fc.assert(
    fc.property(notifies, mutations, (notify, changes) => {
      const seed = encodePayload(notifyPayload, encodeNotify(notify));
      refusesOrGives(() => decodeNotify(decodePayload(notifyPayload, mutated(seed, changes))));
    }),
    { numRuns: 3_000 },
  );
});

const parties = {
  sender: other,
  receiver: channel,
} satisfies { sender: ClientId; receiver: ChannelId };

test('a message becomes a message, none, or a SilcError however it is changed', () => {
  const { privateKey } = testKeyPair('k1024v1');
  const signer = { key: privateKey, publicKey };
  const plain = encodeMessage(nodeBackend, { flags: 0x100, data: utf8('a message'), signer });
  const key = channelMessageKey(nodeBackend, new Uint8Array(32).fill(7), { cipher: 'aes-256-cbc' });
  fc.assert(
    fc.property(mutations, fc.boolean(), (changes, isRightMac) => {
      refusesOrGives(() => decodeMessage(mutated(plain, changes)));
      // Who has the channel key can put anything under a right MAC.
      const data = isRightMac ? mutated(plain, changes) : plain;
      const message = { flags: 0x100, data: data.length === 0 ? Uint8Array.of(1) : data, signer };
      const sealed = protectMessage(nodeBackend, key, parties, message);
      const arrived = isRightMac ? sealed : mutated(sealed, changes);
      refusesOrGives(() => tryOpenMessage(nodeBackend, key, parties, arrived));
    }),
    { numRuns: 500 },
  );
});
