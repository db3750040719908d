import { describe, expect, test, vi } from 'vitest';
import { utf8 } from '../../src/silc/bytes.js';
import { SilcDisconnectError, SilcError, SilcStreamOverError } from '../../src/silc/errors.js';
import { MAX_PACKET_LENGTH } from '../../src/silc/frame.js';
import { streamPair } from '../../src/silc/memory-stream.js';
import { PacketFlag, PacketType } from '../../src/silc/packets/packet-type.js';
import type { ByteStream } from '../../src/silc/stream.js';
import { turns } from '../../src/util/turn-scheduler.js';
import { connectedPair, testClientId, testServerId } from '../support/connections.js';
import { FaultyStream } from '../support/faulty-stream.js';
import { WorkPerTurn } from '../support/work-per-turn.js';

/** Whatever can happen without the clock or a socket has happened. */
async function nothingHappens(): Promise<'nothing'> {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
  return 'nothing';
}

const command = (text: string) => ({ type: PacketType.command, payload: utf8(text) });

describe('a connection', () => {
  test('delivers packets in the order in which they were sent, without waiting for each', async () => {
    const [client, server] = await connectedPair();
    const texts = Array.from({ length: 50 }, (_, i) => `number ${i}`);
    const sent = Promise.all(texts.map((text) => client.send(command(text))));
    for (const text of texts) expect((await server.receive())?.payload).toEqual(utf8(text));
    await sent;
    client.destroy();
    server.destroy();
  });

  test('fills in its own ID and that of the peer, as they are at the time', async () => {
    const [client, server] = await connectedPair();
    client.setLocalId(testClientId);
    server.setRemoteId(testClientId);
    await client.send(command('a'));
    expect(await server.receive()).toMatchObject({
      source: testClientId,
      destination: testServerId,
      flags: 0,
    });
    await server.send({ ...command('b'), flags: PacketFlag.list, source: testClientId });
    expect(await client.receive()).toMatchObject({
      source: testClientId,
      destination: testClientId,
      flags: PacketFlag.list,
    });
    expect([client.localId, server.remoteId]).toEqual([testClientId, testClientId]);
    client.destroy();
    server.destroy();
  });

  test('refuses packets beyond the limit and stays', async () => {
    const [client, server] = await connectedPair();
    const payload = new Uint8Array(MAX_PACKET_LENGTH);
    await expect(client.send({ type: PacketType.command, payload })).rejects.toMatchObject({ code: 'limit' });
    await client.send(command('still there'));
    expect((await server.receive())?.payload).toEqual(utf8('still there'));
    client.destroy();
    server.destroy();
  });

  test('holds a sender back, and refuses more than its bound with overflow', async () => {
    const connection = { maxPendingOctets: 20_000 };
    const [client, server] = await connectedPair({ connection }, {}, streamPair({ highWaterMark: 4096 }));
    const payload = new Uint8Array(8000);
    const first = client.send({ type: PacketType.command, payload });
    const second = client.send({ type: PacketType.command, payload });
    await expect(client.send({ type: PacketType.command, payload })).rejects.toMatchObject({
      code: 'overflow',
    });
    expect(client.pendingOctets).toBeGreaterThan(16_000);
    // What was refused has not disturbed the sequence: the rest arrives, and more can be sent.
    for (let i = 0; i < 2; i++) expect((await server.receive())?.payload).toEqual(payload);
    const third = client.send(command('afterwards'));
    expect((await server.receive())?.payload).toEqual(utf8('afterwards'));
    await Promise.all([first, second, third]);
    expect(client.pendingOctets).toBe(0);
    client.destroy();
    server.destroy();
  });

  test('gives up a peer that takes nothing any more', async () => {
    const connection = { writeTimeoutMs: 20 };
    const [client, server] = await connectedPair({ connection }, {}, streamPair({ highWaterMark: 1024 }));
    const waiting = client.receive();
    const sending = client.send({ type: PacketType.command, payload: new Uint8Array(5000) });
    await expect(waiting).rejects.toMatchObject({ code: 'timeout' });
    await expect(sending).rejects.toMatchObject({ code: 'timeout' });
    await expect(client.send(command('more'))).rejects.toMatchObject({ code: 'timeout' });
    server.destroy();
  });

  test('swallows heartbeats', async () => {
    const [client, server] = await connectedPair();
    client.setLocalId(testClientId);
    await client.send({ type: PacketType.heartbeat, payload: new Uint8Array(0) });
    await client.send(command('next'));
    expect((await server.receive())?.payload).toEqual(utf8('next'));
    client.destroy();
    server.destroy();
  });

  test('hands a consumer all packets of one read in one go, and sends what is sent at once in one write', async () => {
    const [client, server] = await connectedPair();
    const order: string[] = [];
    const all = new Promise<void>((resolve) => {
      void server.consume(({ payload }) => {
        order.push(new TextDecoder().decode(payload));
        queueMicrotask(() => order.push('afterwards'));
        if (order.length === 3) queueMicrotask(resolve);
      });
    });
    await Promise.all(['a', 'b', 'c'].map((text) => client.send(command(text))));
    await all;
    expect(order).toEqual(['a', 'b', 'c', 'afterwards', 'afterwards', 'afterwards']);
    await expect(server.receive()).rejects.toMatchObject({ code: 'usage' });
    client.destroy();
    server.destroy();
  });

  test('ends a consumer with the connection, and the connection with what a consumer throws', async () => {
    const [client, server] = await connectedPair();
    const consuming = client.consume(() => {
      throw new SilcError('malformed', 'not wanted');
    });
    const ended = server.consume(() => undefined);
    await server.send(command('a'));
    await expect(consuming).rejects.toMatchObject({ code: 'malformed' });
    await expect(client.consume(() => undefined)).rejects.toMatchObject({ code: 'malformed' });
    await ended;
  });

  test('holds the peer back while reading is paused, and loses nothing', async () => {
    const [client, server] = await connectedPair({}, {}, streamPair({ highWaterMark: 2048 }));
    const texts = Array.from({ length: 200 }, (_, i) => `number ${i}`);
    const heard: string[] = [];
    const last = new Promise<void>((resolve) => {
      void server.consume(({ payload }) => {
        heard.push(new TextDecoder().decode(payload));
        // From inside a packet: no other one comes after it.
        if (heard.length === 1) server.setReadPaused(true);
        if (heard.length === texts.length) resolve();
      });
    });
    await client.send(command(texts[0] ?? ''));
    const sent = Promise.all(texts.slice(1).map((text) => client.send(command(text))));
    // A second write waits for the first: the stream is full.
    const held = client.send(command('last'));
    await expect(Promise.race([held, nothingHappens()])).resolves.toBe('nothing');
    expect(heard).toEqual([texts[0]]);
    expect(client.pendingOctets).toBeGreaterThan(2048);
    server.setReadPaused(false);
    await Promise.all([sent, last]);
    expect(heard.slice(0, texts.length)).toEqual(texts);
    client.destroy();
    server.destroy();
    await held.catch(() => undefined);
  });

  test('answers as many reads as it is told to, where nothing else answers them', async () => {
    const [near, far] = streamPair();
    let writes = 0;
    const counted: ByteStream = {
      ...{ remoteAddress: undefined, localAddress: undefined },
      read: () => near.read(),
      write: (bytes) => {
        writes++;
        return near.write(bytes);
      },
      end: () => near.end(),
      destroy: () => near.destroy(),
    };
    const [client, server] = await connectedPair({}, {}, [counted, far]);
    client.setLocalId(testClientId);
    const consumed = client.consume(({ payload }) => {
      if (new TextDecoder().decode(payload) === 'question') void client.send(command('answer'));
    });
    /** How often the client writes when it is told something. */
    const told = async (text: string): Promise<number> => {
      const before = writes;
      await server.send(command(text));
      await nothingHappens();
      return writes - before;
    };
    expect(await told('in peace')).toBe(0);
    client.hurry(2);
    expect(await told('question')).toBe(1);
    expect(await told('news')).toBe(1);
    expect(await told('more news')).toBe(1);
    expect(await told('and more')).toBe(0);
    client.hurry(2);
    client.hurry(0);
    expect(await told('nothing is awaited')).toBe(0);
    client.destroy();
    server.destroy();
    await consumed;
  });

  test.each(['receive', 'consume'] as const)(
    'hands over what one read brought in shares, where others want their turn: %s',
    async (way) => {
      const [client, server] = await connectedPair();
      const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
      const busy = vi.spyOn(turns, 'whenFree').mockImplementation(nextTurn);
      const texts = Array.from({ length: 300 }, (_, i) => `number ${i}`);
      // At once: one write.
      await Promise.all(texts.map((text) => client.send(command(text))));
      const taken: string[] = [];
      const work = new WorkPerTurn();
      const take = ({ payload }: { readonly payload: Uint8Array }): void => {
        work.done();
        taken.push(new TextDecoder().decode(payload));
        if (taken.length === texts.length) server.destroy();
      };
      if (way === 'consume') await server.consume(take);
      else for (let packet; (packet = await server.receive()) !== undefined;) take(packet);
      work.stop();
      busy.mockRestore();
      expect(taken).toEqual(texts);
      expect(work.most).toBeLessThanOrEqual(32);
      client.destroy();
    },
  );

  test('lets only one receive() wait at a time', async () => {
    const [client, server] = await connectedPair();
    const waiting = client.receive();
    await expect(client.receive()).rejects.toMatchObject({ code: 'usage' });
    client.destroy();
    expect(await waiting).toBeUndefined();
    server.destroy();
  });
});

describe('the end of a connection', () => {
  test('by DISCONNECT comes after what was sent before it, with status and text, for ever', async () => {
    const [client, server] = await connectedPair();
    await server.send(command('last words'));
    const closing = server.close(48, 'Server is full');
    expect((await client.receive())?.payload).toEqual(utf8('last words'));
    for (let i = 0; i < 2; i++) {
      const received = client.receive();
      await expect(received).rejects.toBeInstanceOf(SilcDisconnectError);
      await expect(received).rejects.toMatchObject({ status: 48, text: 'Server is full' });
    }
    await expect(client.send(command('too late'))).rejects.toBeInstanceOf(SilcDisconnectError);
    await expect(client.rekey()).rejects.toBeInstanceOf(SilcDisconnectError);
    await closing;
    expect([client.open, server.open]).toEqual([false, false]);
    expect(await server.receive()).toBeUndefined();
  });

  test('by the end of the stream is an undefined packet', async () => {
    const [one, other] = streamPair();
    const [client, server] = await connectedPair({}, {}, [one, other]);
    other.end();
    expect(await client.receive()).toBeUndefined();
    await expect(client.send(command('too late'))).rejects.toMatchObject({ code: 'closed' });
    server.destroy();
  });

  test('by a broken stream is an error for everybody who waits', async () => {
    const inner = streamPair();
    const probe = new FaultyStream(inner[0], {});
    const [measured, peer] = await connectedPair({}, {}, [probe, inner[1]]);
    measured.destroy();
    peer.destroy();

    const [one, other] = streamPair();
    const broken = new FaultyStream(one, { resetAfter: probe.offset + 3 });
    const [client, server] = await connectedPair({}, {}, [broken, other]);
    const waiting = client.receive();
    const rekeying = client.rekey();
    await server.send(command('cut off'));
    await expect(waiting).rejects.toMatchObject({ code: 'closed' });
    await expect(rekeying).rejects.toMatchObject({ code: 'closed' });
    await broken.whenDestroyed();
    server.destroy();
  });

  test('by an octet changed on the way is an authentication error, and nothing of it is delivered', async () => {
    const inner = streamPair();
    const probe = new FaultyStream(inner[0], {});
    const [measured, peer] = await connectedPair({}, {}, [probe, inner[1]]);
    measured.destroy();
    peer.destroy();

    // Header, IDs, padding, payload and MAC of one packet under CTR.
    for (let offset = 0; offset < 40; offset++) {
      const [one, other] = streamPair();
      const changed = new FaultyStream(one, { flip: { offset: probe.offset + offset } });
      const [client, server] = await connectedPair({}, {}, [changed, other]);
      const waiting = client.receive();
      await server.send(command('to be changed'));
      const closing = server.close();
      await expect(waiting.then((packet) => packet ?? Promise.reject(new Error('ended')))).rejects.toThrow();
      client.destroy();
      await closing;
    }
  });

  test('close() twice waits for the same end, and a peer that does not answer is dropped', async () => {
    const connection = { closeTimeoutMs: 20 };
    const [one, other] = streamPair();
    const watched = new FaultyStream(one, {});
    const [client, server] = await connectedPair({ connection }, {}, [watched, other]);
    const waiting = client.receive();
    await Promise.all([client.close(), client.close(1, 'again')]);
    expect(await waiting).toBeUndefined();
    expect(watched.destroyed).toBe(true);
    await client.close();
    await expect(server.receive()).rejects.toMatchObject({ code: 'disconnected', status: 0, text: '' });
  });

  test('close() does not wait for packets that nobody took, nor fails over them', async () => {
    const [client, server] = await connectedPair({ connection: { closeTimeoutMs: 10_000 } });
    for (let i = 0; i < 10; i++) await server.send(command('unread'));
    const closing = client.close();
    for (;;) {
      const outcome = await server.receive().catch((error: unknown) => error);
      if (outcome instanceof SilcDisconnectError) break;
    }
    await closing;
    expect(client.open).toBe(false);
  });

  test('who writes to a stream that is over is told in time, also where what was said before it is not read', async () => {
    const [one, other] = streamPair();
    let isOver = false;
    const over: ByteStream = {
      remoteAddress: undefined,
      localAddress: undefined,
      read: () => one.read(),
      write: (octets) =>
        isOver ? Promise.reject(new SilcStreamOverError('connection is closed')) : one.write(octets),
      end: () => one.end(),
      destroy: () => one.destroy(),
    };
    const [client] = await connectedPair({ connection: { writeTimeoutMs: 20 } }, {}, [over, other]);
    void client.consume(() => undefined);
    client.setReadPaused(true);
    isOver = true;
    await expect(client.send(command('late'))).rejects.toBeInstanceOf(SilcError);
    expect(client.open).toBe(true);
    client.destroy();
  });

  test('destroy() ends what waits', async () => {
    const [client, server] = await connectedPair();
    const waiting = client.receive();
    const rekeying = client.rekey();
    client.destroy();
    client.destroy();
    expect(await waiting).toBeUndefined();
    await expect(rekeying).rejects.toMatchObject({ code: 'closed' });
    server.destroy();
  });
});
