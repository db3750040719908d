import { describe, expect, test, vi } from 'vitest';
import { utf8 } from '../../src/silc/bytes.js';
import type { SilcConnection } from '../../src/silc/connection.js';
import { nobleBackend } from '../../src/silc/crypto/backend-noble.js';
import { nodeBackend } from '../../src/silc/crypto/backend-node.js';
import type { Packet } from '../../src/silc/frame.js';
import { streamPair } from '../../src/silc/memory-stream.js';
import { encodePayload } from '../../src/silc/packets/codec.js';
import { PacketType } from '../../src/silc/packets/packet-type.js';
import { statusPayload } from '../../src/silc/packets/status-payload.js';
import { connectedPair } from '../support/connections.js';
import { FaultyStream } from '../support/faulty-stream.js';

const command = (text: string) => ({ type: PacketType.command, payload: utf8(text) });

/** Takes packets until the connection ends. */
async function drain(connection: SilcConnection): Promise<readonly Packet[]> {
  const packets: Packet[] = [];
  for (;;) {
    const packet = await connection.receive();
    if (packet === undefined) return packets;
    packets.push(packet);
  }
}

async function expectTalk(one: SilcConnection, other: SilcConnection): Promise<void> {
  await one.send(command('there'));
  expect((await other.receive())?.payload).toEqual(utf8('there'));
  await other.send(command('and back'));
  expect((await one.receive())?.payload).toEqual(utf8('and back'));
}

const variants = [nodeBackend, nobleBackend].flatMap((backend) =>
  [false, true].flatMap((pfs) =>
    ['aes-256-cbc', 'aes-128-ctr'].flatMap((cipher) =>
      (['initiator', 'responder'] as const).map((starter) => ({
        name: backend.name,
        backend,
        pfs,
        cipher,
        starter,
      })),
    ),
  ),
);

describe.each(variants)('a rekey ($name, PFS $pfs, $cipher, started by the $starter)', (variant) => {
  const { backend, pfs, cipher, starter } = variant;
  const pair = () =>
    connectedPair(
      { backend, pfs, proposal: { groups: ['diffie-hellman-group1'], ciphers: [cipher] } },
      { backend },
    );

  test('works three times in a row, with packets between', async () => {
    const [client, server] = await pair();
    const [one, other] = starter === 'initiator' ? [client, server] : [server, client];
    for (let round = 1; round <= 3; round++) {
      // The other side answers while it waits for the next packet.
      const next = other.receive();
      await one.rekey();
      await one.send(command('after'));
      expect((await next)?.payload).toEqual(utf8('after'));
      await expectTalk(client, server);
      expect([one.rekeyCount, other.rekeyCount]).toEqual([round, round]);
    }
    client.destroy();
    server.destroy();
  });

  test('takes packets that are on their way meanwhile, none lost and in order', async () => {
    const [client, server] = await pair();
    const [one, other] = starter === 'initiator' ? [client, server] : [server, client];
    const received = Promise.all([drain(one), drain(other)]);
    const texts = Array.from({ length: 40 }, (_, i) => `number ${i}`);
    const sent: Promise<unknown>[] = [];
    for (const [i, text] of texts.entries()) {
      sent.push(one.send(command(text)), other.send(command(text)));
      if (i % 10 === 5) sent.push(one.rekey());
      await Promise.resolve();
    }
    await Promise.all(sent);
    // Each tells the other that this was all; then both streams end.
    const ends = [one.send(command('end')), other.send(command('end'))];
    await Promise.all(ends);
    await one.rekey();
    client.destroy();
    server.destroy();
    for (const packets of await received) {
      const got = packets.map(({ payload }) => new TextDecoder().decode(payload));
      expect(got).toEqual([...texts, 'end']);
    }
  });
});

describe('a rekey', () => {
  test.each([false, true])('started by both at once ends for both (PFS %s)', async (pfs) => {
    const [client, server] = await connectedPair({ pfs });
    for (let round = 1; round <= 3; round++) {
      await Promise.all([client.rekey(), server.rekey()]);
      await expectTalk(client, server);
      expect([client.rekeyCount, server.rekeyCount]).toEqual([round, round]);
    }
    client.destroy();
    server.destroy();
  });

  test('is complete for both although nobody takes packets', async () => {
    const [client, server] = await connectedPair();
    await Promise.all([client.rekey(), server.rekey(), client.rekey()]);
    await expectTalk(client, server);
    client.destroy();
    server.destroy();
  });

  test('keeps packets that come meanwhile for receive()', async () => {
    const [client, server] = await connectedPair();
    await server.send(command('early'));
    const next = server.receive();
    await client.rekey();
    expect((await client.receive())?.payload).toEqual(utf8('early'));
    await client.send(command('late'));
    expect((await next)?.payload).toEqual(utf8('late'));
    client.destroy();
    server.destroy();
  });

  test('with a silent peer ends the connection at its deadline', async () => {
    const [one, other] = streamPair();
    const watched = new FaultyStream(one, {});
    const [client] = await connectedPair({ connection: { rekeyTimeoutMs: 20 } }, {}, [watched, other]);
    await expect(client.rekey()).rejects.toMatchObject({ code: 'timeout' });
    await expect(client.receive()).rejects.toMatchObject({ code: 'timeout' });
    expect(watched.destroyed).toBe(true);
  });

  test('that a peer starts and does not finish ends at its deadline too', async () => {
    const [client, server] = await connectedPair({}, { connection: { rekeyTimeoutMs: 20 } });
    const waiting = server.receive();
    await client.send({ type: PacketType.rekey, payload: new Uint8Array(0) });
    await expect(waiting).rejects.toMatchObject({ code: 'timeout' });
    client.destroy();
  });

  test('that the peer refuses by FAILURE is a typed error', async () => {
    const [client, server] = await connectedPair();
    await server.send({ type: PacketType.failure, payload: encodePayload(statusPayload, 2) });
    await expect(client.rekey()).rejects.toMatchObject({ code: 'key-exchange', status: 2 });
    server.destroy();
  });

  test.each([PacketType.rekeyDone, PacketType.keyExchange1, PacketType.keyExchange2])(
    'out of order ends the connection: packet type %i',
    async (type) => {
      const [client, server] = await connectedPair({ pfs: false });
      const waiting = server.receive();
      await client.send({ type, payload: new Uint8Array(40) });
      await expect(waiting).rejects.toMatchObject({ code: 'malformed' });
      client.destroy();
    },
  );
});

describe('a peer that rekeys without end', () => {
  test('is cut off, long after any real one', async () => {
    const [client, server] = await connectedPair({ pfs: false });
    const failing = server.receive().then(
      () => undefined,
      (error: unknown) => error,
    );
    let rekeys = 0;
    try {
      for (; rekeys < 500; rekeys++) await client.rekey();
    } catch {
      // The other side has closed.
    }
    expect(rekeys).toBeGreaterThanOrEqual(30);
    expect(rekeys).toBeLessThan(500);
    expect(await failing).toMatchObject({ code: 'limit' });
    client.destroy();
  });
});

describe('a rekey policy', () => {
  test('of octets starts one by what is sent', async () => {
    const [client, server] = await connectedPair({ connection: { rekey: { octets: 1000 } } });
    let received = 0;
    const serving = server.consume(() => {
      received++;
    });
    const own = drain(client);
    for (let i = 0; i < 50; i++)
      await client.send({ type: PacketType.command, payload: new Uint8Array(100) });
    while (received < 50) await new Promise((resolve) => setImmediate(resolve));
    await client.rekey();
    expect(client.rekeyCount).toBeGreaterThanOrEqual(2);
    server.destroy();
    client.destroy();
    await serving;
    expect(received).toBe(50);
    expect(await own).toEqual([]);
  });

  test('of octets starts one by what is received', async () => {
    const [client, server] = await connectedPair({ connection: { rekey: { octets: 1000 } } });
    const own = drain(client);
    const answering = server.receive();
    for (let i = 0; i < 20; i++) await server.send({ type: PacketType.notify, payload: new Uint8Array(100) });
    await client.rekey();
    expect(client.rekeyCount).toBeGreaterThanOrEqual(1);
    client.destroy();
    server.destroy();
    await answering;
    expect((await own).length).toBeGreaterThan(0);
  });

  test('of time starts one while nothing is sent at all', async () => {
    const [client, server] = await connectedPair({ connection: { rekey: { intervalMs: 5 } } });
    // The packet is sent when the server has seen two rekeys come and go.
    const waiting = client.receive();
    const served = server.receive();
    while (server.rekeyCount < 2) await new Promise((resolve) => setImmediate(resolve));
    await server.send(command('enough'));
    expect((await waiting)?.payload).toEqual(utf8('enough'));
    client.destroy();
    expect(await served).toBeUndefined();
  });

  test('of time waits while reading is paused, and starts one afterwards', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const [client, server] = await connectedPair({ connection: { rekey: { intervalMs: 1000 } } });
      const served = server.consume(() => undefined);
      const rekeyed = new Promise<void>((resolve) => client.onRekeyed(resolve));
      client.setReadPaused(true);
      await vi.advanceTimersByTimeAsync(100_000);
      expect([client.rekeyCount, client.open]).toEqual([0, true]);
      client.setReadPaused(false);
      await rekeyed;
      client.destroy();
      await served;
    } finally {
      vi.useRealTimers();
    }
  });

  test('that is under way is completed while reading is paused, and what came meanwhile is kept in order', async () => {
    const [client, server] = await connectedPair();
    const heard: string[] = [];
    const all = new Promise<void>((resolve) => {
      void client.consume(({ payload }) => {
        heard.push(new TextDecoder().decode(payload));
        if (heard.length === 3) resolve();
      });
    });
    const served = server.consume(() => undefined);
    client.setReadPaused(true);
    for (const text of ['a', 'b']) await server.send(command(text));
    await client.rekey();
    expect([client.rekeyCount, heard.length]).toEqual([1, 0]);
    await server.send(command('c'));
    client.setReadPaused(false);
    await all;
    expect(heard).toEqual(['a', 'b', 'c']);
    client.destroy();
    await served;
  });
});
