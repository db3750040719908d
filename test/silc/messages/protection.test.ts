import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concat, toHex, utf8 } from '../../../src/silc/bytes.js';
import { ciphers, hmacs, hmac, supportedAlgorithms } from '../../../src/silc/crypto/algorithms.js';
import { nobleBackend } from '../../../src/silc/crypto/backend-noble.js';
import { nodeBackend } from '../../../src/silc/crypto/backend-node.js';
import { SilcError } from '../../../src/silc/errors.js';
import type { ChannelId, ClientId } from '../../../src/silc/ids.js';
import { MessageFlag } from '../../../src/silc/messages/message-flag.js';
import {
  channelKeyCandidates,
  channelMessageKey,
  channelPrivateKey,
  openWithAny,
  staticMessageKeys,
  wipeMessageKey,
} from '../../../src/silc/messages/message-keys.js';
import { decodeMessage, encodeMessage } from '../../../src/silc/messages/message-payload.js';
import {
  NegotiatedReceiver,
  NegotiatedSender,
  openMessage,
  protectMessage,
  type MessageParties,
} from '../../../src/silc/messages/protection.js';
import { withCode } from '../../support/silc-error.js';
import { octets } from '../../support/silc-arbitraries.js';

const alice = '7f00000185ba5b20727f3e2e4c632e9f' as ClientId;
const bob = '7f00000142d18802c01a9be1b5ba27a5' as ClientId;
const channel = '7f000001dd4fe9fa' as ChannelId;
const toChannel: MessageParties = { sender: alice, receiver: channel };
const toBob: MessageParties = { sender: alice, receiver: bob };

const key = Uint8Array.from({ length: 32 }, (_, i) => i);
const hello = { flags: MessageFlag.utf8, data: utf8('hello') };
const algorithms = fc.record({
  cipher: fc.constantFrom(...supportedAlgorithms.ciphers),
  hmac: fc.constantFrom(...supportedAlgorithms.hmacs),
});
const messages = fc.record({
  flags: fc.nat(0xffff).map((flags) => flags & ~MessageFlag.signed),
  data: octets(1, 300),
});

describe.each([nodeBackend, nobleBackend])('messages on $name', (backend) => {
  test('under a channel key come back, with every cipher and HMAC', () => {
    fc.assert(
      fc.property(algorithms, messages, (names, message) => {
        const channelKey = channelMessageKey(
          backend,
          key.subarray(0, ciphers[names.cipher].keyLength),
          names,
        );
        const payload = protectMessage(backend, channelKey, toChannel, message);
        const opened = openMessage(backend, channelKey, toChannel, payload);
        expect(opened.macForm).toBe('with-ids');
        expect(opened.message.flags).toBe(message.flags);
        expect(toHex(opened.message.data)).toBe(toHex(message.data));
        expect((6 + message.data.length + opened.message.padding.length) % 16).toBe(0);
      }),
      { numRuns: 60 },
    );
  });

  test('with any changed octet are refused', () => {
    const channelKey = channelMessageKey(backend, key);
    const payload = protectMessage(backend, channelKey, toChannel, hello);
    for (let i = 0; i < payload.length; i++) {
      const changed = Uint8Array.from(payload);
      changed[i] = (changed[i] ?? 0) ^ 0x40;
      expect(() => openMessage(backend, channelKey, toChannel, changed)).toThrow(withCode('authentication'));
    }
  });

  test('cut anywhere are refused', () => {
    const channelKey = channelMessageKey(backend, key);
    const payload = protectMessage(backend, channelKey, toChannel, hello);
    for (let length = 0; length < payload.length; length++) {
      expect(() => openMessage(backend, channelKey, toChannel, payload.subarray(0, length))).toThrow(
        SilcError,
      );
    }
  });

  test('belong to their sender and receiver, in this order', () => {
    const channelKey = channelMessageKey(backend, key);
    const payload = protectMessage(backend, channelKey, toBob, hello);
    expect(openMessage(backend, channelKey, toBob, payload)).toBeDefined();
    for (const parties of [
      { sender: bob, receiver: alice },
      { sender: alice, receiver: channel },
      { sender: bob, receiver: bob },
    ]) {
      expect(() => openMessage(backend, channelKey, parties, payload)).toThrow(withCode('authentication'));
    }
  });

  test('whose MAC leaves out the IDs, as old senders make them, are accepted and told apart', () => {
    const channelKey = channelMessageKey(backend, key);
    const payload = protectMessage(backend, channelKey, toChannel, hello);
    const covered = payload.subarray(0, payload.length - hmacs[channelKey.hmac].length);
    const old = concat(covered, hmac(backend, channelKey.hmac, channelKey.hmacKey, covered));
    expect(openMessage(backend, channelKey, toChannel, old)).toMatchObject({ macForm: 'without-ids' });
  });

  test('have another IV each', () => {
    const channelKey = channelMessageKey(backend, key);
    const make = (): string => toHex(protectMessage(backend, channelKey, toChannel, hello));
    expect(make()).not.toBe(make());
  });

  test('are opened with whichever of several keys fits', () => {
    const old = channelMessageKey(
      backend,
      key.map((octet) => octet ^ 0xff),
    );
    const current = channelMessageKey(backend, key, { hmac: 'hmac-sha256' });
    const payload = protectMessage(backend, old, toChannel, hello);
    const opened = openWithAny(backend, [current, old], toChannel, payload);
    expect(opened?.key).toBe(old);
    expect(opened && toHex(opened.message.data)).toBe(toHex(hello.data));
    expect(openWithAny(backend, [current], toChannel, payload)).toBeUndefined();
    expect(openWithAny(backend, [], toChannel, payload)).toBeUndefined();
  });

  test('of members that understand the HMAC of the channel differently are all opened', () => {
    const candidates = channelKeyCandidates(backend, key, { hmac: 'hmac-sha256' });
    expect(candidates.map((one) => `${one.hmac} ${one.hmacKey.length}`)).toEqual([
      'hmac-sha256 32',
      'hmac-sha256 20',
      'hmac-sha1-96 20',
    ]);
    for (const candidate of candidates) {
      const payload = protectMessage(backend, candidate, toChannel, hello);
      expect(openWithAny(backend, candidates, toChannel, payload)?.key).toBe(candidate);
    }
    expect(channelKeyCandidates(backend, key)).toHaveLength(1);
  });

  test('under a private key of the channel come back, whatever number the cipher name has', () => {
    const names = { cipher: 'aes-128-cbc', hmac: 'hmac-sha256-96' } as const;
    const own = channelPrivateKey(backend, utf8('passphrase'), names);
    expect(own.encryptionKey).toHaveLength(32);
    const payload = protectMessage(backend, own, toChannel, hello);
    const same = channelPrivateKey(backend, utf8('passphrase'), names);
    expect(openMessage(backend, same, toChannel, payload).message.flags).toBe(hello.flags);
    wipeMessageKey(own);
    expect([...own.encryptionKey, ...own.hmacKey].every((octet) => octet === 0)).toBe(true);
  });

  test('under a static key have one key for each direction', () => {
    const initiator = staticMessageKeys(backend, utf8('secretkey1'), 'initiator');
    const responder = staticMessageKeys(backend, utf8('secretkey1'), 'responder');
    expect(toHex(initiator.send.encryptionKey)).toBe(
      '77aec9b7547ede5c87265053680cd3a59d47a8d7af1f403bead3b374294755c7',
    );
    expect(toHex(initiator.send.hmacKey)).toBe('d89dcd5ab34e29312c0c456b1772335e');
    expect(initiator.send).toEqual(responder.receive);
    expect(initiator.receive).toEqual(responder.send);
    const payload = protectMessage(backend, initiator.send, toBob, hello);
    expect(openMessage(backend, responder.receive, toBob, payload)).toBeDefined();
    expect(() => openMessage(backend, responder.send, toBob, payload)).toThrow(SilcError);
  });

  test('under a negotiated key have no IV, and their state goes on from one to the next', () => {
    fc.assert(
      fc.property(algorithms, fc.array(messages, { minLength: 1, maxLength: 6 }), (names, sent) => {
        const negotiated = {
          ...names,
          encryptionKey: key.subarray(0, ciphers[names.cipher].keyLength),
          iv: key.subarray(0, 16),
          hmacKey: key.subarray(3, 23),
        };
        const sender = new NegotiatedSender(backend, negotiated);
        const receiver = new NegotiatedReceiver(backend, negotiated);
        for (const message of sent) {
          const payload = sender.protect(toBob, message);
          expect((payload.length - hmacs[names.hmac].length) % 16).toBe(0);
          // What is forged, or not under the key at all, does not disturb the state.
          const forged = Uint8Array.from(payload, (octet, i) => (i === 0 ? octet ^ 1 : octet));
          expect(() => receiver.open(toBob, forged)).toThrow(withCode('authentication'));
          const opened = receiver.open(toBob, payload).message;
          expect(toHex(opened.data)).toBe(toHex(message.data));
        }
      }),
      { numRuns: 40 },
    );
  });

  test('that cannot be sent leave the state of a negotiated key as it was', () => {
    const negotiated = { ...channelMessageKey(backend, key), iv: key.subarray(0, 16) };
    const sender = new NegotiatedSender(backend, negotiated);
    const receiver = new NegotiatedReceiver(backend, negotiated);
    expect(() => sender.protect(toBob, { flags: 0, data: new Uint8Array(0) })).toThrow(withCode('usage'));
    expect(() => sender.protect(toBob, { flags: 0, data: new Uint8Array(65_525) })).toThrow(
      withCode('limit'),
    );
    expect(toHex(receiver.open(toBob, sender.protect(toBob, hello)).message.data)).toBe(toHex(hello.data));
  });
});

describe('message payloads', () => {
  test('without key come back, and with padding that other senders use', () => {
    const plain = encodeMessage(nodeBackend, hello);
    expect(plain).toHaveLength(16);
    expect(toHex(decodeMessage(plain).data)).toBe(toHex(hello.data));
    for (const padding of [0, 5, 16]) {
      const octetsOf = concat(plain.subarray(0, 9), Uint8Array.of(0, padding), new Uint8Array(padding));
      expect(decodeMessage(octetsOf)).toMatchObject({ flags: MessageFlag.utf8, signature: undefined });
    }
  });

  test('are a value or a SilcError, whatever the octets', () => {
    const channelKey = channelMessageKey(nodeBackend, key);
    fc.assert(
      fc.property(octets(0, 200), (random) => {
        try {
          decodeMessage(random);
        } catch (error) {
          expect(error).toBeInstanceOf(SilcError);
        }
        expect(() => openMessage(nodeBackend, channelKey, toChannel, random)).toThrow(SilcError);
      }),
      { numRuns: 1000 },
    );
  });

  test('of a member who knows the key and lies about lengths are a value or a SilcError', () => {
    const channelKey = channelMessageKey(nodeBackend, key, { cipher: 'aes-256-ctr' });
    fc.assert(
      fc.property(octets(16, 120), octets(16, 16), (body, iv) => {
        // Any octets at all under a right MAC.
        const covered = concat(body, iv);
        const mac = hmac(nodeBackend, channelKey.hmac, channelKey.hmacKey, covered);
        try {
          openMessage(nodeBackend, channelKey, toChannel, concat(covered, mac));
        } catch (error) {
          expect(error).toMatchObject({ name: 'SilcError', code: 'malformed' });
        }
      }),
      { numRuns: 1000 },
    );
  });

  test('take the padding that is given only where it has the length that is due', () => {
    const padded = encodeMessage(nodeBackend, { ...hello, padding: new Uint8Array(5).fill(9) });
    expect(toHex(padded)).toBe('0100' + '0005' + toHex(hello.data) + '0005' + '0909090909');
    expect(() => encodeMessage(nodeBackend, { ...hello, padding: new Uint8Array(4) })).toThrow(
      withCode('usage'),
    );
  });
});
