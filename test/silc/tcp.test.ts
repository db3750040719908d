import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { concat, equalBytes, utf8 } from '../../src/silc/bytes.js';
import { SilcStreamOverError } from '../../src/silc/errors.js';
import { streamPair } from '../../src/silc/memory-stream.js';
import { PacketType } from '../../src/silc/packets/packet-type.js';
import type { ByteStream } from '../../src/silc/stream.js';
import { connectTcp, streamOfSocket } from '../../src/silc/tcp.js';
import { connectedPair } from '../support/connections.js';

let server: Server;
let port: number;
const accepted: Socket[] = [];

beforeEach(async () => {
  server = createServer({ allowHalfOpen: true }, (socket) => {
    accepted.push(socket);
    server.emit('accepted', socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  port = (server.address() as AddressInfo).port;
});

afterEach(async () => {
  for (const socket of accepted.splice(0)) socket.destroy();
  server.close();
  await once(server, 'close');
});

async function pair(): Promise<readonly [ByteStream, ByteStream]> {
  const accepting = once(server, 'accepted') as Promise<[Socket]>;
  const client = await connectTcp('127.0.0.1', port);
  const [socket] = await accepting;
  return [client, streamOfSocket(socket)];
}

async function readAll(stream: ByteStream): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for (;;) {
    const piece = await stream.read();
    if (piece === undefined) return concat(...pieces);
    pieces.push(piece);
  }
}

/** The same without waiting, whenever the stream says that there is something. */
function readAllNow(stream: ByteStream): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  return new Promise((resolve, reject) => {
    const look = (): void => {
      try {
        for (;;) {
          const piece = stream.readNow?.();
          if (piece === null) return;
          if (piece === undefined) {
            resolve(concat(...pieces));
            return;
          }
          pieces.push(piece);
        }
      } catch (error) {
        reject(error instanceof Error ? error : new Error('no error', { cause: error }));
      }
    };
    stream.onReadable?.(look);
    look();
  });
}

async function written(stream: ByteStream, text: string): Promise<void> {
  await stream.write(utf8(text));
}

describe('a TCP stream', () => {
  test('carries octets both ways and half-closes', async () => {
    const [client, other] = await pair();
    expect(client.remoteAddress).toBe('127.0.0.1');
    expect(other.localAddress).toBe('127.0.0.1');
    await client.write(utf8('hello '));
    await client.write(utf8('there'));
    client.end();
    client.end();
    expect(await readAll(other)).toEqual(utf8('hello there'));
    await other.write(utf8('and back'));
    other.end();
    expect(await readAll(client)).toEqual(utf8('and back'));
    expect(await client.read()).toBeUndefined();
    client.destroy();
  });

  test.each(['connected', 'accepted'])('says when there is something to read: %s', async (reader) => {
    const [client, other] = await pair();
    const [near, far] = reader === 'connected' ? [client, other] : [other, client];
    expect(near.readNow?.()).toBeNull();
    const all = readAllNow(near);
    const sent = Uint8Array.from({ length: 400_000 }, (_, i) => i * 7);
    await far.write(sent.subarray(0, 1));
    await far.write(sent.subarray(1));
    far.end();
    expect(equalBytes(await all, sent)).toBe(true);
    expect(near.readNow?.()).toBeUndefined();
    near.destroy();
  });

  test('says so when it is reset or destroyed, too', async () => {
    const accepting = once(server, 'accepted') as Promise<[Socket]>;
    const client = await connectTcp('127.0.0.1', port);
    const [socket] = await accepting;
    const all = readAllNow(client);
    socket.resetAndDestroy();
    await expect(all).rejects.toMatchObject({ code: 'closed' });
    const [one, other] = await pair();
    const none = readAllNow(one);
    one.destroy();
    expect(await none).toEqual(new Uint8Array(0));
    other.destroy();
  });

  test('takes nothing any more once the other side has ended it, and says so', async () => {
    const [client, other] = await pair();
    other.end();
    expect(await client.read()).toBeUndefined();
    await expect(written(client, 'too late')).rejects.toBeInstanceOf(SilcStreamOverError);
    client.destroy();
    await expect(written(client, 'later still')).rejects.toBeInstanceOf(SilcStreamOverError);
  });

  test.each(['connected', 'accepted'])('holds the writer back while nobody reads: %s', async (writer) => {
    const streams = await pair();
    const [client, other] = writer === 'connected' ? streams : [streams[1], streams[0]];
    const block = new Uint8Array(1 << 20);
    let written = 0;
    const writing = (async () => {
      for (let i = 0; i < 64; i++) {
        await client.write(block);
        written++;
      }
      client.end();
    })();
    // The kernel's buffers take some; then nothing moves until the reader does.
    await other.read();
    expect(written).toBeLessThan(64);
    let octets = 0;
    for (let piece = await other.read(); piece !== undefined; piece = await other.read())
      octets += piece.length;
    await writing;
    expect(octets).toBeGreaterThan(63 << 20);
    for (const stream of streams) stream.destroy();
  });

  test('has what came while nobody read in few pieces', async () => {
    const accepting = once(server, 'accepted') as Promise<[Socket]>;
    const client = await connectTcp('127.0.0.1', port);
    const [socket] = await accepting;
    socket.setNoDelay(true);
    const sent = Uint8Array.from({ length: 200 }, (_, i) => i);
    for (const octet of sent) {
      await new Promise((resolve) => socket.write(Uint8Array.of(octet), resolve));
      await turn();
    }
    socket.end();
    const pieces: Uint8Array[] = [];
    for (let piece = await client.read(); piece !== undefined; piece = await client.read())
      pieces.push(piece);
    expect(concat(...pieces)).toEqual(sent);
    expect(pieces.length).toBeLessThan(10);
    client.destroy();
  });

  test('keeps little more than what came while nobody read', async () => {
    const [client, far] = await pair();
    const there = new Promise<void>((resolve) => client.onReadable?.(resolve));
    await far.write(utf8('hello'));
    await there;
    const piece = await client.read();
    expect(piece).toEqual(utf8('hello'));
    // Not the large piece that chunks of all connections are cut from.
    expect(piece?.buffer.byteLength).toBeLessThan(100);
    client.destroy();
    far.destroy();
  });

  test('ends a pending read when it is destroyed', async () => {
    const [client, other] = await pair();
    const reading = client.read();
    client.destroy();
    client.destroy();
    client.end();
    expect(await reading).toBeUndefined();
    await expect(written(client, 'late')).rejects.toMatchObject({ code: 'closed' });
    other.destroy();
  });

  test('ends a pending write when it is destroyed', async () => {
    const [client, other] = await pair();
    const writing = client.write(new Uint8Array(1 << 26));
    client.destroy();
    await expect(writing).rejects.toMatchObject({ code: 'closed' });
    other.destroy();
  });

  test('that is reset fails with closed, reading and writing', async () => {
    const accepting = once(server, 'accepted') as Promise<[Socket]>;
    const client = await connectTcp('127.0.0.1', port);
    const [socket] = await accepting;
    const reading = client.read();
    socket.resetAndDestroy();
    await expect(reading).rejects.toMatchObject({ code: 'closed' });
    await expect(written(client, 'x')).rejects.toMatchObject({ code: 'closed' });
  });

  test('carries a key exchange and a rekey', async () => {
    const [client, other] = await connectedPair({}, {}, await pair());
    const next = other.receive();
    await client.rekey();
    await client.send({ type: PacketType.command, payload: utf8('over TCP') });
    expect((await next)?.payload).toEqual(utf8('over TCP'));
    const ended = other.receive();
    await Promise.all([client.close(), expect(ended).rejects.toMatchObject({ code: 'disconnected' })]);
  });
});

describe('connecting', () => {
  test('to a port where nobody listens fails with closed', async () => {
    const other = createServer();
    other.listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port: free } = other.address() as AddressInfo;
    other.close();
    await once(other, 'close');
    await expect(connectTcp('127.0.0.1', free)).rejects.toMatchObject({ code: 'closed' });
  });

  test('can be aborted, before and while it is under way', async () => {
    const controller = new AbortController();
    const connecting = connectTcp('127.0.0.1', port, controller.signal);
    controller.abort();
    await expect(connecting).rejects.toMatchObject({ code: 'closed' });
    await expect(connectTcp('127.0.0.1', port, controller.signal)).rejects.toMatchObject({ code: 'closed' });
  });

  test('has a deadline', async () => {
    // An address of the documentation range (RFC 5737): where it is refused at once instead, that is an error too.
    await expect(connectTcp('192.0.2.1', 706, undefined, 20)).rejects.toMatchObject({
      name: 'SilcError',
    });
  });
});

describe('a stream in memory', () => {
  test('gives pieces of the size that is asked for', async () => {
    const [one, other] = streamPair({ chunkSize: 2 });
    await one.write(utf8('abcde'));
    one.end();
    expect([await other.read(), await other.read(), await other.read()]).toEqual([
      utf8('ab'),
      utf8('cd'),
      utf8('e'),
    ]);
    expect(await other.read()).toBeUndefined();
    await expect(one.write(utf8('f'))).rejects.toMatchObject({ code: 'closed' });
  });

  test('keeps no hold on what was written', async () => {
    const [one, other] = streamPair();
    const bytes = utf8('secret');
    await one.write(bytes);
    bytes.fill(0);
    expect(await other.read()).toEqual(utf8('secret'));
  });

  test('holds the writer back and lets go of it when either side is destroyed', async () => {
    for (const side of [0, 1] as const) {
      const streams = streamPair({ highWaterMark: 4 });
      const writing = streams[0].write(utf8('abcdef'));
      streams[side].destroy();
      await expect(writing).rejects.toMatchObject({ code: 'closed' });
    }
    const [one, other] = streamPair({ highWaterMark: 4 });
    const writing = one.write(utf8('abcdef'));
    expect(await other.read()).toEqual(utf8('abcdef'));
    await writing;
  });

  test('ends pending reads of both sides when one is destroyed', async () => {
    const [one, other] = streamPair();
    const reading = [one.read(), other.read()];
    one.destroy();
    expect(await Promise.all(reading)).toEqual([undefined, undefined]);
  });
});
