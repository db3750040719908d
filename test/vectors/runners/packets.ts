import { expect } from 'vitest';
import { z } from 'zod';
import { toHex } from '../../../src/silc/bytes.js';
import { cipherName, hmacName } from '../../../src/silc/crypto/algorithms.js';
import type { CryptoBackend } from '../../../src/silc/crypto/backend.js';
import { SilcError } from '../../../src/silc/errors.js';
import { MAX_PACKET_LENGTH, PacketDecoder, PacketEncoder, type Packet } from '../../../src/silc/frame.js';
import { idBytes, parseId } from '../../../src/silc/ids.js';
import { hex } from './schemas.js';
import { repeated } from './wire-schemas.js';
import type { CaseCheck, VectorRunner } from './types.js';

const addressed = {
  type: z.number(),
  flags: z.number(),
  src_id_type: z.number(),
  src_id: hex,
  dst_id_type: z.number(),
  dst_id: hex,
};
const packetSchema = z
  .object({
    ...addressed,
    long_padding: z.boolean(),
    payload: hex.optional(),
    payload_repeat: repeated.optional(),
  })
  .transform(({ payload, payload_repeat, ...rest }) => ({
    ...rest,
    payload: payload ?? payload_repeat ?? fail(),
  }));
const keySchema = z.object({
  cipher: z.string(),
  hmac: z.string(),
  key: hex,
  iv: hex,
  hmac_key: hex,
  first_sequence: z.number(),
});
const wireSchema = z.object({
  sequence: z.number().optional(),
  true_length: z.number(),
  padding_length: z.number(),
  padding: hex,
  wire_length: z.number(),
  wire: z.string().optional(),
  wire_sha256: z.string().optional(),
  wire_first_64: z.string().optional(),
  wire_last_64: z.string().optional(),
  mac: z.string().optional(),
});
const eventSchema = z.discriminatedUnion('event', [
  z.object({ event: z.literal('packet'), ...addressed, payload: hex }),
  z.object({ event: z.literal('error'), error: z.string() }),
]);

type StatedPacket = z.output<typeof packetSchema>;
type Keys = z.output<typeof keySchema>;

function fail(): never {
  throw new Error('packet without payload');
}

function packetOf(stated: StatedPacket): Packet {
  return {
    type: stated.type,
    flags: stated.flags,
    source: parseId(stated.src_id_type, stated.src_id),
    destination: parseId(stated.dst_id_type, stated.dst_id),
    payload: stated.payload,
  };
}

/** A packet in a form that compares and prints well. */
function readable({ type, flags, source, destination, payload }: Packet): Record<string, unknown> {
  return {
    type,
    flags,
    source: [source.type, toHex(idBytes(source))],
    destination: [destination.type, toHex(idBytes(destination))],
    payload: toHex(payload),
  };
}

function directionKeys(keys: Keys) {
  return {
    cipher: cipherName(keys.cipher),
    hmac: hmacName(keys.hmac),
    encryptionKey: keys.key,
    iv: keys.iv,
    hmacKey: keys.hmac_key,
  };
}

function decoder(backend: CryptoBackend, keys: Keys | undefined): PacketDecoder {
  const made = new PacketDecoder(backend, keys === undefined ? {} : { sequence: keys.first_sequence });
  if (keys !== undefined) made.setKeys(directionKeys(keys));
  return made;
}

function checkWire(backend: CryptoBackend, wire: Uint8Array, wanted: z.output<typeof wireSchema>): void {
  expect(wire.length).toBe(wanted.wire_length);
  const text = toHex(wire);
  if (wanted.wire !== undefined) expect(text).toBe(wanted.wire);
  if (wanted.wire_first_64 !== undefined) expect(text.startsWith(wanted.wire_first_64)).toBe(true);
  if (wanted.wire_last_64 !== undefined) expect(text.endsWith(wanted.wire_last_64)).toBe(true);
  if (wanted.wire_sha256 !== undefined) expect(toHex(backend.hash('sha256', wire))).toBe(wanted.wire_sha256);
  if (wanted.mac !== undefined) expect(text.endsWith(wanted.mac)).toBe(true);
}

/** Feeds octets in pieces of `size` and takes what comes. */
function decodeAll(receiver: PacketDecoder, octets: Uint8Array, size: number): Packet[] {
  const packets: Packet[] = [];
  for (let at = 0; at < octets.length; at += size) {
    receiver.push(octets.subarray(at, at + size));
    for (let packet = receiver.next(); packet !== undefined; packet = receiver.next()) packets.push(packet);
  }
  return packets;
}

const sequence: CaseCheck = ({ input, expect: wanted }, backend) => {
  const { packets } = z.object({ packets: z.array(packetSchema) }).parse(input);
  const stated = z.object({ packets: z.array(wireSchema) }).parse(wanted).packets;
  const parsedKeys = keySchema.safeParse(input);
  const keys = parsedKeys.success ? parsedKeys.data : undefined;
  expect(stated).toHaveLength(packets.length);

  const encoder = new PacketEncoder(backend, keys === undefined ? {} : { sequence: keys.first_sequence });
  if (keys !== undefined) encoder.setKeys(directionKeys(keys));
  const sent: Packet[] = [];
  const wires = packets.map((input, i) => {
    const result = stated[i] ?? expect.unreachable();
    let packet = packetOf(input);
    const options = { longPadding: input.long_padding, padding: result.padding };
    if (result.true_length > MAX_PACKET_LENGTH) {
      // The toolkit cuts what is too long; here it is refused, without harm to what follows.
      expect(() => encoder.encode(packet, options)).toThrow(expect.objectContaining({ code: 'limit' }));
      const excess = result.true_length - MAX_PACKET_LENGTH;
      packet = { ...packet, payload: packet.payload.subarray(0, packet.payload.length - excess) };
    }
    if (result.sequence !== undefined) expect(encoder.sequence).toBe(result.sequence);
    expect(result.padding).toHaveLength(result.padding_length);
    const wire = encoder.encode(packet, options);
    checkWire(backend, wire, result);
    sent.push(packet);
    return wire;
  });

  const stream = Buffer.concat(wires);
  for (const size of [stream.length, 1021, ...(stream.length < 20_000 ? [1, 17] : [])]) {
    const received = decodeAll(decoder(backend, keys), stream, size);
    expect(received.map(readable)).toEqual(sent.map(readable));
  }
};

const receive: CaseCheck = ({ input, expect: wanted, informative }, backend) => {
  const { chunks } = z.object({ chunks: z.array(hex) }).parse(input);
  const perChunk = z
    .object({ per_chunk: z.array(z.object({ events: z.array(eventSchema) })) })
    .parse(wanted).per_chunk;
  const keys = keySchema.safeParse(input);
  const receiver = decoder(backend, keys.success ? keys.data : undefined);
  expect(perChunk).toHaveLength(chunks.length);

  let failed = false;
  for (const [i, chunk] of chunks.entries()) {
    const events = perChunk[i]?.events ?? [];
    const stated = events.flatMap((event) =>
      event.event === 'packet' ? [readable(packetOf({ ...event, long_padding: false }))] : [],
    );
    const got: unknown[] = [];
    try {
      receiver.push(chunk);
      for (let packet = receiver.next(); packet !== undefined; packet = receiver.next())
        got.push(readable(packet));
    } catch (error) {
      expect(error).toBeInstanceOf(SilcError);
      failed = true;
      if (informative === undefined) expect(events.some(({ event }) => event === 'error')).toBe(true);
    }
    if (informative === undefined) {
      expect(got).toEqual(stated);
      // After an error everything is refused.
      if (events.some(({ event }) => event === 'error')) expect(failed).toBe(true);
    } else {
      // Refusing more than the toolkit does is allowed, delivering more or something else is not.
      expect(got).toEqual(stated.slice(0, got.length));
      if (got.length < stated.length) expect(failed).toBe(true);
    }
  }
};

export const runner: VectorRunner = {
  kinds: { plain_sequence: sequence, encrypted_sequence: sequence, receive },
};
