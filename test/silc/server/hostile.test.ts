import fc from 'fast-check';
import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { concat } from '../../../src/silc/bytes.js';
import {
  commands,
  decodeStatus,
  encodeRequest,
  type CommandMessage,
} from '../../../src/silc/commands/index.js';
import { nodeBackend } from '../../../src/silc/crypto/backend-node.js';
import { PacketEncoder } from '../../../src/silc/frame.js';
import { channelId, clientId, NO_ID, serverId, type ChannelId, type TypedId } from '../../../src/silc/ids.js';
import { decodePayload, encodePayload } from '../../../src/silc/packets/codec.js';
import { commandPayload } from '../../../src/silc/packets/command.js';
import { PacketType } from '../../../src/silc/packets/packet-type.js';
import { Status } from '../../../src/silc/status.js';
import { FaultyStream } from '../../support/faulty-stream.js';
import { rawConnection, type RawClient } from '../../support/raw-client.js';
import { startSilcWorld, type SilcWorld } from '../../support/silc-world.js';
import { initiate } from '../../../src/silc/ke/driver.js';
import { authenticateAsClient } from '../../../src/silc/ke/connection-auth.js';
import { connectTcp } from '../../../src/silc/tcp.js';
import { testKeyPair } from '../../support/keys.js';

/** Commands that end the sender's own connection, rightly. */
const leaving: ReadonlySet<number> = new Set([commands.quit.number, commands.detach.number]);

let world: SilcWorld;
/** Two clients that do nothing wrong, on a channel together. */
let alice: RawClient;
let bob: RawClient;
let channel: ChannelId;
beforeEach(async () => {
  world = await startSilcWorld({ limits: { handshakeMs: 2_000, channels: 200 } });
  alice = await world.raw('alice');
  bob = await world.raw('bob');
  channel = await alice.join('channel');
  await bob.join('channel');
  await bob.sync();
});
afterEach(() => world.close());

/** Neither the server nor those who do nothing wrong have suffered. */
async function allIsWell(): Promise<void> {
  alice.clear();
  bob.clear();
  await alice.toChannel(channel, Uint8Array.of(1, 2, 3, 4, 5));
  const { payload } = await bob.packet(({ type }) => type === PacketType.channelMessage);
  expect(payload).toEqual(Uint8Array.of(1, 2, 3, 4, 5));
  await alice.sync();
}

describe('before the key exchange', () => {
  it('no octets whatever do harm', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 400 }), async (octets) => {
        await sendAndClose(octets);
      }),
      { numRuns: 100 },
    );
    await allIsWell();
  });

  it('no well-formed packet of a wrong kind does harm', async () => {
    const payload = fc.uint8Array({ maxLength: 200 });
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: 255 }), payload, async (type, octets) => {
        const encoder = new PacketEncoder(nodeBackend);
        await sendAndClose(
          encoder.encode({
            type,
            flags: 0,
            source: NO_ID,
            destination: NO_ID,
            payload: concat(octets, Uint8Array.of(0)),
          }),
        );
      }),
      { numRuns: 100 },
    );
    await allIsWell();
  });

  it('connections that say nothing are dropped in time', async () => {
    const silent = await Promise.all(Array.from({ length: 20 }, () => openSocket()));
    await Promise.all(silent.map(closed));
    await allIsWell();
  });

  it('as many of them as the server takes do not keep a client out', async () => {
    await world.close();
    world = await startSilcWorld({ limits: { connections: 4 } });
    const first = await world.raw('first');
    const silent: Socket[] = [];
    for (let i = 0; i < 4; i++) silent.push(await openSocket());
    expect((await world.raw('second')).connection.open).toBe(true);
    await first.sync();
    for (const socket of silent) socket.destroy();
  });

  it('a packet that is announced and never completed is dropped in time', async () => {
    const socket = await openSocket();
    socket.write(Uint8Array.of(0xff, 0xff, 0, PacketType.keyExchange, 16, 0, 0, 0, 0, 0));
    socket.write(new Uint8Array(1000));
    await closed(socket);
    await allIsWell();
  });
});

describe('in the handshake', () => {
  it.each([1, 200, 600, 1200])('an octet changed at %i ends only that connection', async (offset) => {
    const stream = new FaultyStream(await connectTcp('127.0.0.1', world.port), {
      flip: { offset, xor: 0x11 },
    });
    const options = { keyPair: testKeyPair('k1024v1'), verifyPeerKey: () => true, timeoutMs: 3_000 };
    const connection = await initiate(stream, options).catch(() => undefined);
    if (connection !== undefined) {
      await authenticateAsClient(connection, { method: 'none' }, options).catch(() => undefined);
      connection.destroy();
    }
    stream.destroy();
    await allIsWell();
  });

  it('going away at any moment ends only that connection', async () => {
    for (let endAfter = 0; endAfter < 1_500; endAfter += 130) {
      const stream = new FaultyStream(await connectTcp('127.0.0.1', world.port), { endAfter });
      const options = { keyPair: testKeyPair('k1024v1'), verifyPeerKey: () => true };
      const connection = await initiate(stream, options).catch(() => undefined);
      connection?.destroy();
      stream.destroy();
    }
    await allIsWell();
    expect(world.server.clientCount).toBe(2);
  });

  it('random packets instead of authentication or registration end only that connection', async () => {
    const packets = fc.array(
      fc.record({ type: fc.nat({ max: 40 }), payload: fc.uint8Array({ maxLength: 60 }) }),
      { minLength: 1, maxLength: 10 },
    );
    await fc.assert(
      fc.asyncProperty(packets, fc.boolean(), async (all, authenticated) => {
        const connection = authenticated
          ? await rawConnection(world.port)
          : await initiate(await connectTcp('127.0.0.1', world.port), {
              keyPair: testKeyPair('k1024v1'),
              verifyPeerKey: () => true,
            });
        for (const packet of all) {
          if (!connection.open) break;
          await connection.send({ ...packet, source: serverId(alice.serverId) }).catch(() => undefined);
        }
        connection.destroy();
      }),
      { numRuns: 25 },
    );
    await allIsWell();
  });
});

describe('after registration', () => {
  it('random packets of all kinds, flags and addresses do no harm', async () => {
    let eve = await world.raw('eve');
    const address: fc.Arbitrary<TypedId> = fc.oneof(
      fc.constantFrom(NO_ID, clientId(alice.id), channelId(channel), serverId(alice.serverId)),
      fc.constant(undefined).map(() => clientId(eve.id)),
    );
    // DISCONNECT, FAILURE and what belongs to a rekey end the sender's own connection, rightly.
    const ending = new Set<number>([PacketType.disconnect, PacketType.rekey, PacketType.rekeyDone, 14, 15]);
    const packet = fc.record({
      type: fc.nat({ max: 255 }).filter((type) => !ending.has(type)),
      flags: fc.nat({ max: 255 }),
      source: address,
      destination: address,
      payload: fc.uint8Array({ minLength: 1, maxLength: 120 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(packet, { minLength: 1, maxLength: 20 }), async (packets) => {
        for (const each of packets) {
          if (!eve.connection.open) eve = await world.raw('eve');
          await eve.connection.send(each).catch(() => undefined);
        }
      }),
      { numRuns: 60 },
    );
    await allIsWell();
  });

  it('commands with arguments of any kind are answered or ignored', async () => {
    const eve = await world.raw('eve');
    const raw = fc.record({
      command: fc.oneof(
        fc.nat({ max: 255 }),
        fc.constantFrom(...Object.values(commands).map((c) => c.number)),
      ),
      ident: fc.nat({ max: 0xffff }),
      args: fc.array(fc.record({ type: fc.nat({ max: 255 }), data: fc.uint8Array({ maxLength: 40 }) }), {
        maxLength: 8,
      }),
    });
    await fc.assert(
      fc.asyncProperty(raw, async (message) => {
        if (leaving.has(message.command)) return;
        await eve.send(PacketType.command, encodePayload(commandPayload, message));
        await eve.sync();
      }),
      { numRuns: 400 },
    );
    await allIsWell();
  });

  it('real commands with changed, cut, doubled and missing octets are answered or ignored', async () => {
    const eve = await world.raw('eve');
    const own = await eve.join('lair');
    const originals: readonly CommandMessage[] = [
      encodeRequest(commands.whois, 1, { nickname: 'alice', count: 1 }),
      encodeRequest(commands.whois, 2, { ids: [alice.id, eve.id] }),
      encodeRequest(commands.identify, 3, { ids: [clientId(alice.id), channelId(channel)] }),
      encodeRequest(commands.join, 4, { name: 'another', clientId: eve.id, passphrase: 'x' }),
      encodeRequest(commands.cmode, 5, { channelId: own, mode: 0x60, userLimit: 5, passphrase: 'secret' }),
      encodeRequest(commands.cumode, 6, { channelId: own, mode: 3, clientId: eve.id }),
      encodeRequest(commands.topic, 7, { channelId: own, topic: 'topic' }),
      encodeRequest(commands.invite, 8, { channelId: own, clientId: bob.id }),
      encodeRequest(commands.ban, 9, {
        channelId: own,
        action: 0,
        entries: [{ type: 1, data: Uint8Array.of(42, 33, 42) }],
      }),
      encodeRequest(commands.kick, 10, { channelId: channel, clientId: alice.id, comment: 'out' }),
      encodeRequest(commands.umode, 11, { clientId: eve.id, mode: 4 }),
      encodeRequest(commands.users, 12, { name: 'channel' }),
      encodeRequest(commands.getkey, 13, { id: clientId(alice.id) }),
      encodeRequest(commands.info, 14, { serverName: 'silc.test' }),
    ];
    const mutation = fc.record({
      original: fc.constantFrom(...originals),
      kind: fc.constantFrom('flip', 'cut', 'double', 'drop'),
      at: fc.nat({ max: 200 }),
      value: fc.integer({ min: 1, max: 255 }),
    });
    await fc.assert(
      fc.asyncProperty(mutation, async ({ original, kind, at, value }) => {
        const octets = encodePayload(commandPayload, original);
        const i = at % octets.length;
        const mutated = {
          flip: octets.map((octet, j) => (j === i ? octet ^ value : octet)),
          cut: octets.subarray(0, i),
          double: concat(octets.subarray(0, i), octets.subarray(i), octets.subarray(i)),
          drop: concat(octets.subarray(0, i), octets.subarray(i + 1)),
        }[kind];
        if (mutated.length === 0 || leaving.has(mutated[2] ?? 0)) return;
        await eve.send(PacketType.command, mutated);
        await eve.sync();
        eve.clear();
      }),
      { numRuns: 600 },
    );
    await allIsWell();
  });

  it('a broken MAC ends that connection, and the others see a sign-off', async () => {
    const socket = await connectTcp('127.0.0.1', world.port);
    const options = { keyPair: testKeyPair('k1024v1'), verifyPeerKey: () => true };
    const connection = await initiate(socket, options);
    await authenticateAsClient(connection, { method: 'none' }, options);
    await socket.write(new Uint8Array(64).fill(0x5a));
    await connection.receive().catch(() => undefined);
    expect(connection.open).toBe(false);
    await allIsWell();
  });

  it('thousands of commands at once are answered in order, within the memory of a queue', async () => {
    const eve = await world.raw('eve');
    for (let i = 0; i < 3_000; i++) {
      const message = encodeRequest(commands.ping, 10_000 + i, { serverId: eve.serverId });
      await eve.send(PacketType.command, encodePayload(commandPayload, message));
    }
    await eve.sync();
    const idents = eve.log.map(({ payload }) => decodePayload(commandPayload, payload).ident);
    expect(idents.slice(0, -1)).toEqual(Array.from({ length: 3_000 }, (_, i) => 10_000 + i));
    await allIsWell();
  });

  it('a throttled client cannot pile up commands', async () => {
    await world.close();
    world = await startSilcWorld({ throttle: true });
    const eve = await world.raw('eve');
    for (let i = 0; i < 500; i++) {
      const message = encodeRequest(commands.info, 10_000 + i, {});
      await eve.send(PacketType.command, encodePayload(commandPayload, message));
    }
    const refused = await eve.packet(
      ({ type, payload }) =>
        type === PacketType.commandReply &&
        decodeStatus(decodePayload(commandPayload, payload)).error === Status.resourceLimit,
    );
    // A few ran at once, a hundred wait.
    expect(decodePayload(commandPayload, refused.payload).ident).toBeGreaterThanOrEqual(10_100);
    eve.drop();
    expect((await world.raw('other')).connection.open).toBe(true);
  });
});

async function openSocket(): Promise<Socket> {
  const socket = connect({ host: '127.0.0.1', port: world.port });
  socket.on('error', () => {});
  await new Promise<void>((resolve) => socket.once('connect', () => resolve()));
  return socket;
}

/** Resolves when the server has closed; what it said is not looked at. */
async function closed(socket: Socket): Promise<void> {
  socket.resume();
  if (!socket.closed) await new Promise<void>((resolve) => socket.once('close', () => resolve()));
}

async function sendAndClose(octets: Uint8Array): Promise<void> {
  const socket = await openSocket();
  socket.end(octets);
  await closed(socket);
}
