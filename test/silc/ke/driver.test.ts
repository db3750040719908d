import { describe, expect, test } from 'vitest';
import { concat, utf8 } from '../../../src/silc/bytes.js';
import { supportedAlgorithms } from '../../../src/silc/crypto/algorithms.js';
import { nobleBackend } from '../../../src/silc/crypto/backend-noble.js';
import { nodeBackend } from '../../../src/silc/crypto/backend-node.js';
import { fingerprint } from '../../../src/silc/crypto/fingerprint.js';
import { SilcDisconnectError, SilcError, SilcKeyExchangeError } from '../../../src/silc/errors.js';
import { PacketDecoder, PacketEncoder } from '../../../src/silc/frame.js';
import { NO_ID } from '../../../src/silc/ids.js';
import { initiate, respond } from '../../../src/silc/ke/driver.js';
import { streamPair } from '../../../src/silc/memory-stream.js';
import { PacketType } from '../../../src/silc/packets/packet-type.js';
import type { ByteStream } from '../../../src/silc/stream.js';
import {
  connectedPair,
  initiatorOptions,
  responderOptions,
  testServerId,
} from '../../support/connections.js';
import { testKeyPair } from '../../support/keys.js';

const message = utf8('something that has to arrive');

/** A peer that speaks packets in the clear by hand. */
function byHand(stream: ByteStream) {
  const encoder = new PacketEncoder(nodeBackend);
  const decoder = new PacketDecoder(nodeBackend);
  return {
    async send(type: number, payload: Uint8Array): Promise<void> {
      await stream.write(
        encoder.encode({ type, flags: 0, source: testServerId, destination: NO_ID, payload }),
      );
    },
    async receive(): Promise<number | undefined> {
      for (;;) {
        const packet = decoder.next();
        if (packet !== undefined) return packet.type;
        const chunk = await stream.read();
        if (chunk === undefined) return undefined;
        decoder.push(chunk);
      }
    },
  };
}

/** The reading side of a stream that hands on all that has come within some turns of the event loop as one piece. */
function onePiece(stream: ByteStream): ByteStream {
  let next: Promise<Uint8Array | undefined> | undefined;
  return {
    remoteAddress: undefined,
    localAddress: undefined,
    write: (bytes) => stream.write(bytes),
    end: () => stream.end(),
    destroy: () => stream.destroy(),
    async read() {
      const pieces: Uint8Array[] = [];
      for (;;) {
        next ??= stream.read();
        const turns = new Promise<'later'>((resolve) => setImmediate(() => resolve('later')));
        const piece = pieces.length === 0 ? await next : await Promise.race([next, turns]);
        if (piece === 'later') return concat(...pieces);
        next = undefined;
        if (piece === undefined) return pieces.length === 0 ? undefined : concat(...pieces);
        pieces.push(piece);
      }
    },
  };
}

describe.each([nodeBackend, nobleBackend])('both roles with the $name backend', (backend) => {
  const combinations = supportedAlgorithms.ciphers.flatMap((cipher) =>
    supportedAlgorithms.hmacs.map((hmac) => ({ cipher, hmac })),
  );

  test.each(combinations)('talk under $cipher and $hmac', async ({ cipher, hmac }) => {
    const proposal = { groups: ['diffie-hellman-group1'], ciphers: [cipher], hmacs: [hmac] };
    const [client, server] = await connectedPair({ backend, proposal }, { backend });
    expect(client.exchange.algorithms).toMatchObject({ cipher, hmac });
    for (let i = 0; i < 2; i++) {
      await client.send({ type: PacketType.command, payload: message });
      expect((await server.receive())?.payload).toEqual(message);
      await server.send({ type: PacketType.notify, payload: message });
      expect((await client.receive())?.payload).toEqual(message);
    }
    client.destroy();
    server.destroy();
  });

  const groupsAndHashes = supportedAlgorithms.groups.flatMap((group) =>
    supportedAlgorithms.hashes.map((hash) => ({ group, hash })),
  );

  test.each(groupsAndHashes)('agree with $group and $hash', async ({ group, hash }) => {
    const proposal = { groups: [group], hashes: [hash] };
    const [client, server] = await connectedPair({ backend, proposal }, { backend });
    expect(client.exchange.algorithms).toMatchObject({ group, hash });
    expect(client.exchange.hash).toEqual(server.exchange.hash);
    client.destroy();
    server.destroy();
  });
});

describe('a key exchange', () => {
  test('works between the two backends', async () => {
    const [client, server] = await connectedPair({ backend: nodeBackend }, { backend: nobleBackend });
    await client.send({ type: PacketType.command, payload: message });
    expect((await server.receive())?.payload).toEqual(message);
    client.destroy();
    server.destroy();
  });

  test.each([1, 2, 3, 7, 16, 17])('does not care about pieces of %i octets', async (chunkSize) => {
    const [client, server] = await connectedPair({}, {}, streamPair({ chunkSize }));
    await client.send({ type: PacketType.command, payload: message });
    expect((await server.receive())?.payload).toEqual(message);
    client.destroy();
    server.destroy();
  });

  test('tells the Server ID of the responder, and uses it as destination', async () => {
    const [client, server] = await connectedPair();
    expect(client.remoteId).toEqual(testServerId);
    expect(client.localId).toEqual(NO_ID);
    expect(server.remoteId).toEqual(NO_ID);
    await client.send({ type: PacketType.command, payload: message });
    expect(await server.receive()).toMatchObject({ source: NO_ID, destination: testServerId });
    client.destroy();
    server.destroy();
  });

  test('is possible between peers without any ID', async () => {
    const [one, other] = await connectedPair({}, { localId: NO_ID });
    await one.send({ type: PacketType.command, payload: message });
    expect(await other.receive()).toMatchObject({ source: NO_ID, destination: NO_ID });
    await expect(one.rekey()).rejects.toMatchObject({ code: 'usage' });
    one.destroy();
    other.destroy();
  });

  test('shows key and fingerprint of the peer to who has to judge it', async () => {
    const seen: unknown[] = [];
    const [client, server] = await connectedPair(
      {
        verifyPeerKey: async (key, text) => {
          await Promise.resolve();
          seen.push(key, text);
          return true;
        },
      },
      { verifyPeerKey: (key, text) => seen.push(key, text) > 0 },
    );
    const [ours, theirs] = [testKeyPair('k1024v1').publicKey, testKeyPair('k1024v2').publicKey];
    expect(seen).toEqual([ours, fingerprint(nodeBackend, ours), theirs, fingerprint(nodeBackend, theirs)]);
    client.destroy();
    server.destroy();
  });

  const refusals = [
    { what: 'says no', verifyPeerKey: () => false },
    { what: 'rejects', verifyPeerKey: () => Promise.reject(new Error('no')) },
    {
      what: 'throws',
      verifyPeerKey: () => {
        throw new Error('no');
      },
    },
  ];
  test.each(refusals)('ends on both sides when who judges the key $what', async ({ verifyPeerKey }) => {
    for (const judge of ['initiator', 'responder'] as const) {
      const [one, other] = streamPair();
      const results = await Promise.allSettled([
        initiate(one, { ...initiatorOptions, ...(judge === 'initiator' ? { verifyPeerKey } : {}) }),
        respond(other, { ...responderOptions, ...(judge === 'responder' ? { verifyPeerKey } : {}) }),
      ]);
      const errors = results.map((result) =>
        result.status === 'rejected' ? (result.reason as unknown) : undefined,
      );
      if (judge === 'responder') errors.reverse();
      expect(errors[0]).toMatchObject({ code: 'server-key' });
      expect(errors[1]).toMatchObject({ code: 'key-exchange', status: 8 });
    }
  });

  test('without a common cipher fails with the same status on both sides', async () => {
    const [one, other] = streamPair();
    const results = await Promise.allSettled([
      initiate(one, { ...initiatorOptions, proposal: { ciphers: ['aes-256-cbc'] } }),
      respond(other, { ...responderOptions, proposal: { ciphers: ['aes-128-ctr'] } }),
    ]);
    for (const result of results) {
      expect(result).toMatchObject({ reason: { code: 'key-exchange', status: 4 } });
    }
  });

  test('with a proposal of unknown names is not even begun', async () => {
    const [one] = streamPair();
    const proposal = { ciphers: ['rot13'] };
    await expect(initiate(one, { ...initiatorOptions, proposal })).rejects.toMatchObject({ code: 'usage' });
  });

  test('takes encrypted octets that come in one piece with the last clear packet', async () => {
    // The responder's first packet follows its SUCCESS before the initiator has read either.
    const [one, other] = streamPair();
    const responder = respond(other, responderOptions).then(async (server) => {
      await server.send({ type: PacketType.notify, payload: message });
      return server;
    });
    const held = onePiece(one);
    const [client, server] = await Promise.all([initiate(held, initiatorOptions), responder]);
    expect((await client.receive())?.payload).toEqual(message);
    client.destroy();
    server.destroy();
  });
});

describe('a peer that refuses', () => {
  test('by FAILURE makes a typed error with its status, and gets none back', async () => {
    const [one, other] = streamPair();
    const peer = byHand(other);
    const running = initiate(one, initiatorOptions);
    expect(await peer.receive()).toBe(PacketType.keyExchange);
    await peer.send(PacketType.failure, Uint8Array.of(0, 0, 0, 3));
    await expect(running).rejects.toBeInstanceOf(SilcKeyExchangeError);
    await expect(running).rejects.toMatchObject({ status: 3 });
    expect(await peer.receive()).toBeUndefined();
  });

  test('by DISCONNECT makes a typed error with status and text', async () => {
    const [one, other] = streamPair();
    const peer = byHand(other);
    const running = initiate(one, initiatorOptions);
    await peer.send(PacketType.disconnect, utf8('\u0020banned'));
    await expect(running).rejects.toBeInstanceOf(SilcDisconnectError);
    await expect(running).rejects.toMatchObject({ status: 32, text: 'banned' });
  });

  test('by something out of order gets FAILURE, from a responder also DISCONNECT', async () => {
    const [one, other] = streamPair();
    const peer = byHand(other);
    const running = respond(one, responderOptions);
    await peer.send(PacketType.success, new Uint8Array(4));
    await expect(running).rejects.toMatchObject({ code: 'malformed' });
    expect(await peer.receive()).toBe(PacketType.failure);
    expect(await peer.receive()).toBe(PacketType.disconnect);
    expect(await peer.receive()).toBeUndefined();
  });
});

describe('the deadline', () => {
  test('ends a key exchange with a silent peer and drops the stream', async () => {
    const [one, other] = streamPair();
    await expect(respond(one, { ...responderOptions, timeoutMs: 20 })).rejects.toMatchObject({
      code: 'timeout',
    });
    expect(await other.read()).toBeUndefined();
  });

  test('ends also the wait for who judges the key', async () => {
    const [one, other] = streamPair();
    const server = respond(other, responderOptions);
    const client = initiate(one, {
      ...initiatorOptions,
      timeoutMs: 200,
      verifyPeerKey: () => new Promise<boolean>(() => {}),
    });
    await expect(client).rejects.toMatchObject({ code: 'timeout' });
    await expect(server).rejects.toBeInstanceOf(SilcError);
  });

  test('can be brought forward by a signal, before or while it runs', async () => {
    const controller = new AbortController();
    const [one, other] = streamPair();
    const running = initiate(one, { ...initiatorOptions, signal: controller.signal });
    await other.read();
    controller.abort();
    await expect(running).rejects.toMatchObject({ code: 'closed' });
    expect(await other.read()).toBeUndefined();
    const [again] = streamPair();
    await expect(initiate(again, { ...initiatorOptions, signal: controller.signal })).rejects.toMatchObject({
      code: 'closed',
    });
  });
});
