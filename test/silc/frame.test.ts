import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { concat, equalBytes } from '../../src/silc/bytes.js';
import { ciphers, hmacs, supportedAlgorithms } from '../../src/silc/crypto/algorithms.js';
import { nobleBackend } from '../../src/silc/crypto/backend-noble.js';
import type { CipherStream, CryptoBackend } from '../../src/silc/crypto/backend.js';
import { nodeBackend } from '../../src/silc/crypto/backend-node.js';
import { PacketDecoder, PacketEncoder, type DirectionKeys, type Packet } from '../../src/silc/frame.js';
import { SilcError } from '../../src/silc/errors.js';
import { NO_ID, type ClientId, type ServerId } from '../../src/silc/ids.js';
import { PacketFlag, PacketType } from '../../src/silc/packets/packet-type.js';
import { comparable } from '../support/comparable.js';
import { withCode } from '../support/silc-error.js';
import { anyIds, octets, u8 } from '../support/silc-arbitraries.js';

const backends: readonly CryptoBackend[] = [nodeBackend, nobleBackend];
const { ciphers: cipherNames, hmacs: hmacNames } = supportedAlgorithms;

function keysFor(cipher: DirectionKeys['cipher'], hmac: DirectionKeys['hmac'], seed = 1): DirectionKeys {
  const fill = (length: number, salt: number): Uint8Array =>
    Uint8Array.from({ length }, (_, i) => (i * 7 + salt * 31 + seed) & 0xff);
  return {
    cipher,
    hmac,
    encryptionKey: fill(ciphers[cipher].keyLength, 1),
    iv: fill(16, 2),
    hmacKey: fill(hmacs[hmac].length, 3),
  };
}

const heartbeat: Packet = {
  type: PacketType.heartbeat,
  flags: 0,
  source: { type: 2, id: '7f00000185ba5b20727f3e2e4c632e9f' as ClientId },
  destination: { type: 1, id: '7f000001be4aacb2' as ServerId },
  payload: new Uint8Array(0),
};

/** Packets of all kinds: special ones, with and without IDs, small and larger. A bare header cannot be sent. */
const packets: fc.Arbitrary<Packet> = fc
  .record({
    type: fc.oneof(u8, fc.constantFrom(PacketType.channelMessage, PacketType.privateMessage)),
    flags: fc.constantFrom(PacketFlag.none, PacketFlag.privmsgKey),
    source: anyIds,
    destination: anyIds,
    payload: fc.oneof(octets(0, 64), octets(0, 2000)),
  })
  .filter(({ source, destination, payload }) => source.type + destination.type + payload.length > 0);

const directions = fc.record({
  cipher: fc.constantFrom(...cipherNames),
  hmac: fc.constantFrom(...hmacNames),
});

function take(decoder: PacketDecoder): Packet[] {
  const taken: Packet[] = [];
  for (let packet = decoder.next(); packet !== undefined; packet = decoder.next()) taken.push(packet);
  return taken;
}

function feed(decoder: PacketDecoder, stream: Uint8Array, cuts: readonly number[]): Packet[] {
  const places = [...new Set(cuts.map((cut) => cut % (stream.length + 1)))].sort((a, b) => a - b);
  return [...places, stream.length].flatMap((end, i) => {
    decoder.push(stream.subarray(places[i - 1] ?? 0, end));
    return take(decoder);
  });
}

function pair(backend: CryptoBackend, keys: DirectionKeys | undefined): [PacketEncoder, PacketDecoder] {
  const encoder = new PacketEncoder(backend);
  const decoder = new PacketDecoder(backend);
  encoder.setKeys(keys);
  decoder.setKeys(keys);
  return [encoder, decoder];
}

test('packets that one backend writes the other one reads, long ones and many in one run of octets too', () => {
  const lengths = fc.oneof(
    fc.nat(100),
    fc.integer({ min: 400, max: 2200 }),
    fc.integer({ min: 15_000, max: 65_000 }),
  );
  fc.assert(
    fc.property(
      fc.array(lengths, { minLength: 1, maxLength: 8 }),
      directions,
      fc.constantFrom(...backends),
      (payloads, { cipher, hmac }, writer) => {
        const reader = writer === nodeBackend ? nobleBackend : nodeBackend;
        const [encoder] = pair(writer, keysFor(cipher, hmac));
        const [, decoder] = pair(reader, keysFor(cipher, hmac));
        const sent = payloads.map((length) => ({
          ...heartbeat,
          payload: new Uint8Array(length).fill(length),
        }));
        decoder.push(concat(...sent.map((packet) => encoder.encode(packet))));
        expect(comparable(take(decoder))).toEqual(comparable(sent));
      },
    ),
    { numRuns: 40 },
  );
});

test.each([
  ['node', nodeBackend, nobleBackend],
  ['noble', nobleBackend, nodeBackend],
])('long and short packets come one by one to %s where their counter carries', (_, reader, writer) => {
  const keys = keysFor('aes-256-ctr', 'hmac-sha1-96');
  keys.iv.set([0xff, 0xff, 0xed], 9);
  const [encoder] = pair(writer, keys);
  const [, decoder] = pair(reader, keys);
  for (let i = 0; i < 60; i++) {
    const packet = { ...heartbeat, payload: new Uint8Array(i % 3 === 1 ? 3000 : 20).fill(i) };
    decoder.push(encoder.encode(packet));
    expect(comparable(take(decoder))).toEqual(comparable([packet]));
  }
});

test('no key stream of packets to come outlives its decoder', () => {
  const made: Uint8Array[] = [];
  const watched: CryptoBackend = {
    ...nodeBackend,
    aesBlocks: (key) => {
      const blocks = nodeBackend.aesBlocks(key);
      const update = (data: Uint8Array): Uint8Array => {
        const out = blocks.update(data);
        made.push(out);
        return out;
      };
      return { update, wipe: () => blocks.wipe() };
    },
  };
  const keys = keysFor('aes-256-ctr', 'hmac-sha1-96');
  const [encoder] = pair(nodeBackend, keys);
  const [, decoder] = pair(watched, keys);
  for (let i = 0; i < 40; i++) {
    decoder.push(encoder.encode({ ...heartbeat, payload: new Uint8Array(3000) }));
    expect(take(decoder)).toHaveLength(1);
  }
  decoder.close();
  expect(made.length).toBeGreaterThan(0);
  expect(made.every((octets) => octets.every((octet) => octet === 0))).toBe(true);
});

describe.each(backends)('packets on $name', (backend) => {
  test('come back as they were sent, with every cipher and HMAC, wherever the stream is cut', () => {
    fc.assert(
      fc.property(
        fc.array(packets, { minLength: 1, maxLength: 6 }),
        fc.option(directions, { nil: undefined }),
        fc.array(fc.nat(), { maxLength: 12 }),
        (sent, direction, cuts) => {
          const keys = direction && keysFor(direction.cipher, direction.hmac);
          const [encoder, decoder] = pair(backend, keys);
          const stream = concat(...sent.map((packet) => encoder.encode(packet)));
          expect(comparable(feed(decoder, stream, cuts))).toEqual(comparable(sent));
          expect(decoder.sequence).toBe(encoder.sequence);
          expect(encoder.sequence).toBe(keys === undefined ? 0 : sent.length);
        },
      ),
      { numRuns: backend.name === 'node' ? 150 : 40 },
    );
  });

  test('can be split in two at every octet', () => {
    for (const cipher of ['aes-256-cbc', 'aes-128-ctr'] as const) {
      const sent = [
        heartbeat,
        { ...heartbeat, type: PacketType.channelMessage, payload: new Uint8Array(70) },
        heartbeat,
      ];
      const [encoder] = pair(backend, keysFor(cipher, 'hmac-sha1-96'));
      const stream = concat(...sent.map((packet) => encoder.encode(packet)));
      for (let cut = 0; cut <= stream.length; cut++) {
        const [, decoder] = pair(backend, keysFor(cipher, 'hmac-sha1-96'));
        expect(feed(decoder, stream, [cut])).toHaveLength(sent.length);
      }
    }
  });

  test('with a changed octet are refused, and so is all that follows', () => {
    const sent = [
      heartbeat,
      { ...heartbeat, type: PacketType.command, payload: new Uint8Array(90).fill(5) },
      heartbeat,
    ];
    fc.assert(
      fc.property(directions, fc.nat(), fc.integer({ min: 1, max: 255 }), (direction, place, change) => {
        const keys = keysFor(direction.cipher, direction.hmac);
        const [encoder, decoder] = pair(backend, keys);
        const wires = sent.map((packet) => encoder.encode(packet));
        const stream = concat(...wires);
        const at = place % stream.length;
        stream[at] = (stream[at] ?? 0) ^ change;
        const intact = wires.findIndex((_, i) => concat(...wires.slice(0, i + 1)).length > at);
        const got: Packet[] = [];
        let failure: unknown;
        decoder.push(stream);
        try {
          for (let packet = decoder.next(); packet !== undefined; packet = decoder.next()) got.push(packet);
        } catch (error) {
          failure = error;
        }
        // A changed length may make it wait for octets that never come; it never delivers.
        expect(comparable(got)).toEqual(comparable(sent.slice(0, intact)));
        if (failure === undefined) return;
        expect(failure).toMatchObject({
          code: expect.stringMatching(/^(malformed|authentication)$/) as string,
        });
        decoder.push(concat(...wires));
        expect(() => decoder.next()).toThrow(failure);
      }),
      { numRuns: backend.name === 'node' ? 300 : 60 },
    );
  });

  test('made under other keys, or replayed, are refused', () => {
    const keys = keysFor('aes-256-ctr', 'hmac-sha256-96');
    const [encoder] = pair(backend, keys);
    const wire = encoder.encode(heartbeat);
    const [, other] = pair(backend, {
      ...keys,
      hmacKey: keysFor('aes-256-ctr', 'hmac-sha256-96', 9).hmacKey,
    });
    other.push(wire);
    expect(() => other.next()).toThrow(withCode('authentication'));
    const [, replayed] = pair(backend, keysFor('aes-256-cbc', 'hmac-sha256-96'));
    const [cbc] = pair(backend, keysFor('aes-256-cbc', 'hmac-sha256-96'));
    const packet = cbc.encode(heartbeat);
    replayed.push(concat(packet, packet));
    expect(replayed.next()).toBeDefined();
    expect(() => replayed.next()).toThrow(SilcError);
  });

  test('go on under new keys from the packet that follows the change, with the sequence going on', () => {
    const first = keysFor('aes-256-cbc', 'hmac-sha1-96');
    const second = keysFor('aes-128-ctr', 'hmac-sha256', 77);
    const encoder = new PacketEncoder(backend);
    const clear = encoder.encode(heartbeat);
    encoder.setKeys(first);
    const one = encoder.encode(heartbeat);
    encoder.setKeys(second);
    const two = concat(encoder.encode(heartbeat), encoder.encode(heartbeat));
    expect(encoder.sequence).toBe(3);

    const decoder = new PacketDecoder(backend);
    decoder.push(concat(clear, one, two));
    expect(decoder.next()).toBeDefined();
    decoder.setKeys(first);
    expect(decoder.next()).toBeDefined();
    decoder.setKeys(second);
    expect(take(decoder)).toHaveLength(2);
    expect(decoder.sequence).toBe(3);
  });
});

describe('padding', () => {
  const paddingOf = (wire: Uint8Array): number => wire[4] ?? -1;
  const clear = new PacketEncoder(nodeBackend);

  test('fills unencrypted packets to blocks of 16 octets with 8 to 23 octets', () => {
    for (let length = 1; length <= 40; length++) {
      const wire = clear.encode({
        ...heartbeat,
        source: NO_ID,
        destination: NO_ID,
        payload: new Uint8Array(length),
      });
      expect(wire.length % 16).toBe(0);
      expect(paddingOf(wire)).toBeGreaterThanOrEqual(8);
      expect(paddingOf(wire)).toBeLessThanOrEqual(23);
    }
  });

  test('is 113 to 128 octets where a length is to be hidden', () => {
    for (let length = 0; length <= 33; length++) {
      const wire = clear.encode({ ...heartbeat, payload: new Uint8Array(length) }, { longPadding: true });
      expect(wire.length % 16).toBe(0);
      expect(paddingOf(wire)).toBeGreaterThanOrEqual(113);
      expect(paddingOf(wire)).toBeLessThanOrEqual(128);
    }
  });

  test('is none under a counter mode cipher, unless a length is to be hidden', () => {
    const encoder = new PacketEncoder(nodeBackend);
    encoder.setKeys(keysFor('aes-256-ctr', 'hmac-sha1-96'));
    expect(encoder.encode(heartbeat)).toHaveLength(10 + 16 + 8 + 12);
    expect(encoder.encode(heartbeat, { longPadding: true })).toHaveLength(34 + 128 - (34 % 16) + 12);
  });

  test('is not the same twice', () => {
    expect(equalBytes(clear.encode(heartbeat), clear.encode(heartbeat))).toBe(false);
  });

  test('given by the caller has to be of the length that is due, and nothing is lost when it is not', () => {
    const encoder = new PacketEncoder(nodeBackend);
    const decoder = new PacketDecoder(nodeBackend);
    encoder.setKeys(keysFor('aes-256-cbc', 'hmac-md5'));
    decoder.setKeys(keysFor('aes-256-cbc', 'hmac-md5'));
    expect(() => encoder.encode(heartbeat, { padding: new Uint8Array(3) })).toThrow(withCode('usage'));
    decoder.push(encoder.encode(heartbeat));
    expect(decoder.next()).toMatchObject({ type: PacketType.heartbeat });
  });
});

describe('limits', () => {
  test('a packet has at most 65535 octets, and one that is refused leaves the state as it was', () => {
    const encoder = new PacketEncoder(nodeBackend);
    const decoder = new PacketDecoder(nodeBackend);
    encoder.setKeys(keysFor('aes-256-cbc', 'hmac-sha256'));
    decoder.setKeys(keysFor('aes-256-cbc', 'hmac-sha256'));
    const room = 65535 - 34;
    expect(() => encoder.encode({ ...heartbeat, payload: new Uint8Array(room + 1) })).toThrow(
      withCode('limit'),
    );
    const largest = { ...heartbeat, payload: new Uint8Array(room).fill(3) };
    decoder.push(encoder.encode(largest));
    expect(decoder.next()?.payload).toHaveLength(room);
  });

  test('a bare header is not sent', () => {
    const encoder = new PacketEncoder(nodeBackend);
    expect(() => encoder.encode({ ...heartbeat, source: NO_ID, destination: NO_ID })).toThrow(
      withCode('usage'),
    );
  });

  test('the sequence number wraps at 2^32', () => {
    const encoder = new PacketEncoder(nodeBackend, { sequence: 0xffffffff });
    const decoder = new PacketDecoder(nodeBackend, { sequence: 0xffffffff });
    encoder.setKeys(keysFor('aes-192-ctr', 'hmac-sha1'));
    decoder.setKeys(keysFor('aes-192-ctr', 'hmac-sha1'));
    decoder.push(concat(encoder.encode(heartbeat), encoder.encode(heartbeat)));
    expect(take(decoder)).toHaveLength(2);
    expect([encoder.sequence, decoder.sequence]).toEqual([1, 1]);
  });

  test('octets are not taken while a whole packet waits', () => {
    const decoder = new PacketDecoder(nodeBackend);
    decoder.push(new Uint8Array(70_000));
    expect(() => decoder.push(Uint8Array.of(1))).toThrow(withCode('usage'));
  });

  test('keys do not change once the next packet was begun with the keys before', () => {
    const keys = keysFor('aes-256-cbc', 'hmac-sha1-96');
    const [encoder, decoder] = pair(nodeBackend, keys);
    decoder.push(encoder.encode(heartbeat).subarray(0, 20));
    expect(decoder.next()).toBeUndefined();
    expect(() => decoder.setKeys(keys)).toThrow(withCode('usage'));
  });

  test.each(['aes-256-cbc', 'aes-256-ctr', 'twofish-256-cbc'] as const)(
    'a decoder under %s that is closed in the middle of a packet wipes its keys',
    (cipher) => {
      const streams: CipherStream[] = [];
      const kept = (stream: CipherStream): CipherStream => {
        streams.push(stream);
        return stream;
      };
      const watched: CryptoBackend = {
        ...nodeBackend,
        blockCbc: (...args) => kept(nodeBackend.blockCbc(...args)),
        aesCtr: (...args) => kept(nodeBackend.aesCtr(...args)),
        aesBlocks: (...args) => kept(nodeBackend.aesBlocks(...args)),
      };
      const keys = keysFor(cipher, 'hmac-sha1-96');
      const [encoder] = pair(nodeBackend, keys);
      const decoder = new PacketDecoder(watched);
      decoder.setKeys(keys);
      decoder.push(encoder.encode(heartbeat).subarray(0, 20));
      expect(decoder.next()).toBeUndefined();
      decoder.close();
      decoder.close();
      expect(streams).toHaveLength(1);
      for (const stream of streams) expect(() => stream.update(new Uint8Array(16))).toThrow();
      expect(() => decoder.next()).toThrow(withCode('closed'));
    },
  );

  test('a key that does not fit its cipher is refused', () => {
    const keys = { ...keysFor('aes-256-cbc', 'hmac-sha1-96'), encryptionKey: new Uint8Array(16) };
    expect(() => new PacketEncoder(nodeBackend).setKeys(keys)).toThrow(withCode('usage'));
  });

  test.each(cipherNames)(
    'no packet under %s is shorter than one block: the toolkit reads that much first',
    (cipher) => {
      const [encoder, decoder] = pair(nodeBackend, keysFor(cipher, 'hmac-sha1-96'));
      const short = { ...heartbeat, source: NO_ID, destination: NO_ID };
      for (let length = 1; length < 8; length++) {
        const wire = encoder.encode({ ...short, payload: new Uint8Array(length) });
        expect(wire.length - hmacs['hmac-sha1-96'].length).toBeGreaterThanOrEqual(16);
        decoder.push(wire);
        expect(take(decoder).map(({ payload }) => payload.length)).toEqual([length]);
      }
    },
  );

  test('keys are copied: the caller can wipe its own', () => {
    const keys = keysFor('aes-256-ctr', 'hmac-sha1-96');
    const [encoder] = pair(nodeBackend, keys);
    const [, decoder] = pair(nodeBackend, keysFor('aes-256-ctr', 'hmac-sha1-96'));
    for (const secret of [keys.encryptionKey, keys.iv, keys.hmacKey]) secret.fill(0);
    decoder.push(concat(encoder.encode(heartbeat), encoder.encode(heartbeat)));
    expect(take(decoder)).toHaveLength(2);
  });
});

describe('hostile octets', () => {
  test('give packets or one typed error, in the clear and under keys', () => {
    fc.assert(
      fc.property(
        fc.array(octets(1, 300), { minLength: 1, maxLength: 10 }),
        fc.option(directions, { nil: undefined }),
        (chunks, direction) => {
          const [, decoder] = pair(nodeBackend, direction && keysFor(direction.cipher, direction.hmac));
          let failure: unknown;
          for (const chunk of chunks) {
            try {
              decoder.push(chunk);
              take(decoder);
            } catch (error) {
              failure ??= error;
              expect(error).toBe(failure);
            }
          }
          if (failure !== undefined) expect(failure).toMatchObject({ name: 'SilcError' });
        },
      ),
      { numRuns: 2000 },
    );
  });

  test.each([
    ['an ID type that does not exist', '0022000d0000100804' + '00'.repeat(40)],
    ['an ID longer than any', '0022000d00001d0802' + '00'.repeat(40)],
    ['IDs beyond its length', '0014000d00001c1c02' + '00'.repeat(80)],
    ['a length of 10', '000a000d100000000000' + '00'.repeat(16)],
    ['an ID without type', '0022000d00001008' + '00' + '11'.repeat(16) + '01' + '22'.repeat(8)],
    [
      'an ID of another length than its type has',
      '0022000d00000f0901' + '11'.repeat(15) + '02' + '22'.repeat(9),
    ],
  ])('a packet with %s is malformed', (_, hex) => {
    const decoder = new PacketDecoder(nodeBackend);
    decoder.push(Uint8Array.from(Buffer.from(hex, 'hex')));
    expect(() => decoder.next()).toThrow(withCode('malformed'));
  });

  test('of a packet that never ends do not keep the memory they were read into', () => {
    const keys = keysFor('aes-256-ctr', 'hmac-sha1-96');
    const encoder = new PacketEncoder(nodeBackend);
    encoder.setKeys(keys);
    const wire = encoder.encode(heartbeat);
    for (const border of [1, 16, wire.length - 1]) {
      const decoder = new PacketDecoder(nodeBackend);
      decoder.setKeys(keys);
      const piece = new Uint8Array(256 * 1024);
      piece.set(wire, 1_000);
      decoder.push(piece.subarray(1_000, 1_000 + border));
      expect(decoder.next()).toBeUndefined();
      // What waits lies elsewhere by now: the piece is free for whatever comes.
      piece.fill(0xff);
      decoder.push(wire.subarray(border));
      expect(take(decoder).map(comparable)).toEqual([comparable(heartbeat)]);
    }
  });

  test('cut into single octets cost time in proportion to their number', () => {
    // Counts work instead of time: each octet may be moved a bounded number of times.
    const encoder = new PacketEncoder(nodeBackend);
    const wire = encoder.encode({ ...heartbeat, payload: new Uint8Array(60_000) });
    const decoder = new PacketDecoder(nodeBackend);
    const sets = vi.spyOn(Object.getPrototypeOf(Uint8Array.prototype) as Uint8Array, 'set');
    let packets = 0;
    let moved: number;
    try {
      for (const octet of wire) {
        decoder.push(Uint8Array.of(octet));
        packets += take(decoder).length;
      }
      moved = sets.mock.calls.reduce((sum, [source]) => sum + source.length, 0);
    } finally {
      sets.mockRestore();
    }
    expect(packets).toBe(1);
    expect(moved).toBeGreaterThan(wire.length / 2);
    expect(moved).toBeLessThan(4 * wire.length);
  });
});
