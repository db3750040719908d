import fc from 'fast-check';
import { expect, test } from 'vitest';
import { utf8 } from '../../src/silc/bytes.js';
import { nodeBackend } from '../../src/silc/crypto/backend-node.js';
import { decodePublicKey } from '../../src/silc/crypto/public-key.js';
import { SilcError } from '../../src/silc/errors.js';
import { encodeIdPayload, type ChannelId, type ClientId } from '../../src/silc/ids.js';
import { channelMessageKey, decodeMessage, encodeMessage, parseMime } from '../../src/silc/messages/index.js';
import { protectMessage, tryOpenMessage } from '../../src/silc/messages/protection.js';
import { decodeNotify, encodeNotify, notifyPayload } from '../../src/silc/packets/notify.js';
import { decodePayload, encodePayload, packetCodecs, type Codec } from '../../src/silc/packets/index.js';
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
const authentication = { method: 2, random: new Uint8Array(128).fill(1), data: new Uint8Array(128).fill(2) };
const lists = {
  groups: ['diffie-hellman-group2', 'diffie-hellman-group1'],
  pkcs: ['rsa', 'rsa'],
  ciphers: ['aes-256-ctr', 'aes-256-cbc'],
  hashes: ['sha256', 'sha1'],
  hmacs: ['hmac-sha256-96', 'hmac-sha1-96'],
  compressions: ['none'],
};
const command = {
  command: 14,
  ident: 7,
  args: [
    { type: 1, data: utf8('channel') },
    { type: 2, data: encodeIdPayload({ type: 2, id: other }) },
  ],
};
const keyExchange = {
  publicKeyType: 1,
  publicKey,
  publicValue: new Uint8Array(128).fill(9),
  signature: new Uint8Array(128).fill(8),
};

/** One good value of each payload in the table, by its kind. */
const samples: Readonly<Record<string, unknown>> = {
  disconnect: { status: 48, text: 'Too many connections' },
  status: 0,
  notify: encodeNotify({ type: 'nick-change', oldId: other, newId: other, nickname: 'nick' }),
  'channel key': { channelId: channel, cipher: 'aes-256-cbc', key: new Uint8Array(32) },
  'private message key': { cipher: 'aes-256-cbc', hmac: 'hmac-sha1-96' },
  command,
  'key exchange start': {
    flags: 6,
    cookie: new Uint8Array(16).fill(5),
    version: 'SILC-1.2-1.1.13 x',
    ...lists,
  },
  'key exchange': keyExchange,
  'connection auth request': { connectionType: 1, method: 2 },
  'connection auth': { connectionType: 1, data: utf8('passphrase') },
  'new ID': { type: 2, id: other },
  'new client': { username: 'user', realName: 'Real Name', nickname: 'nick' },
  'key agreement': { host: '192.0.2.1', protocol: 0, port: 5222 },
  'file transfer': { type: 1, data: new Uint8Array(20) },
  'resume client': { clientId: other, authentication },
};

test('every codec of the table of packets makes a value or a SilcError of a changed payload', () => {
  for (const codec of new Set<Codec<unknown>>(Object.values(packetCodecs))) {
    const sample = samples[codec.kind];
    expect(sample, `a sample of "${codec.kind}"`).toBeDefined();
    const seed = encodePayload(codec, sample);
    fc.assert(
      fc.property(mutations, (changes) => {
        const value = refusesOrGives(() => decodePayload(codec, mutated(seed, changes)));
        if (value !== undefined) refusesOrGives(() => encodePayload(codec, value));
      }),
      { numRuns: 300 },
    );
  }
});

test('every notify becomes a notify or a SilcError however it is changed', () => {
  fc.assert(
    fc.property(notifies, mutations, (notify, changes) => {
      const seed = encodePayload(notifyPayload, encodeNotify(notify));
      refusesOrGives(() => decodeNotify(decodePayload(notifyPayload, mutated(seed, changes))));
    }),
    { numRuns: 3_000 },
  );
});

test('a public key becomes a key or a SilcError however it is changed', () => {
  fc.assert(
    fc.property(mutations, (changes) => {
      refusesOrGives(() => decodePublicKey(mutated(publicKey, changes)));
    }),
    { numRuns: 1_000 },
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

test('a MIME entity becomes an entity or a SilcError however it is changed', () => {
  const seed = utf8(
    'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\n' +
      'one\r\n--b\r\nContent-Type: message/partial; id="x"; number=1\r\n\r\ntwo\r\n--b--\r\n',
  );
  fc.assert(
    fc.property(mutations, (changes) => void refusesOrGives(() => parseMime(mutated(seed, changes)))),
    { numRuns: 1_000 },
  );
});
