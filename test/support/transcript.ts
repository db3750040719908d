import { z } from 'zod';
import { concat, fromHex, toHex } from '../../src/silc/bytes.js';
import { isCipherName, isGroupName, isHashName, isHmacName } from '../../src/silc/crypto/algorithms.js';
import type { CryptoBackend } from '../../src/silc/crypto/backend.js';
import { hmacs } from '../../src/silc/crypto/algorithms.js';
import { PacketDecoder, PacketEncoder, type DirectionKeys, type Packet } from '../../src/silc/frame.js';
import { keyedProtection, type PacketProtection } from '../../src/silc/frame-protection.js';
import { isSpecial } from '../../src/silc/frame-layout.js';
import { idBytes } from '../../src/silc/ids.js';
import { PacketType } from '../../src/silc/packets/packet-type.js';

/** A recorded session as `transcripts.json` tells it, and its replay through the packet layer. */

const hex = z.string().transform((text) => fromHex(text));
const dir = z.enum(['c2s', 's2c']);
export type Direction = z.infer<typeof dir>;
export const directions: readonly Direction[] = ['c2s', 's2c'];

const keyMaterial = z.object({
  send_iv: hex,
  receive_iv: hex,
  send_enc_key: hex,
  receive_enc_key: hex,
  send_hmac_key: hex,
  receive_hmac_key: hex,
});
const keyExchange = z.object({
  client_secret_exponent: hex,
  shared_secret_key: hex,
  hash_function: z.string().refine(isHashName),
  group: z.string().refine(isGroupName),
  hash: hex.optional(),
});
const secret = z.object({
  dir,
  key_epoch: z.number(),
  rekey: z.boolean(),
  key_material_half: z.enum(['send', 'receive']),
  cipher: z.string().refine(isCipherName),
  hmac: z.string().refine(isHmacName),
  enc_key: hex,
  iv: hex,
  counter_block: hex.optional(),
  hmac_key: hex,
});
const packet = z.object({
  dir,
  key_epoch: z.number().optional(),
  sequence: z.number().nullable().optional(),
  type: z.number(),
  flags: z.number(),
  src_id_type: z.number(),
  src_id: z.string(),
  dst_id_type: z.number(),
  dst_id: z.string(),
  padding_length: z.number(),
  payload: hex,
});

export const transcriptInput = z.object({
  client_key: z.object({ public_key_file: z.string(), private_key_file_hex: hex }),
  client_key_passphrase: z.string(),
  connection_passphrase_sent: z.string().nullable(),
  username: z.string(),
  realname: z.string(),
  chunks: z.array(z.object({ dir, hex: hex.optional() })),
  key_exchanges: z.array(keyExchange.extend({ rekey: z.boolean() })),
  secrets: z.array(secret),
  private_message_key_exchange: keyExchange
    .extend({
      client_is_initiator: z.boolean(),
      cipher: z.string().refine(isCipherName),
      hmac: z.string().refine(isHmacName),
      key_material: keyMaterial,
    })
    .optional(),
});
export const transcriptExpect = z.object({
  packets: z.array(packet),
  application_events: z.array(
    z.object({
      event: z.string(),
      from: z.string(),
      channel: z.string().optional(),
      flags: z.number(),
      data: hex,
    }),
  ),
  packets_inside_private_messages: z.array(packet).optional(),
});

export type Transcript = z.infer<typeof transcriptInput>;
export type TranscriptSecret = z.infer<typeof secret>;
export type RecordedPacket = z.infer<typeof packet>;

/** How the octets are handed to the decoder. */
export type Cutting = 'as recorded' | 'octet by octet' | 'all at once';
export const cuttings: readonly Cutting[] = ['as recorded', 'octet by octet', 'all at once'];

/** A packet with what the packet layer knew of it. */
export interface ReplayedPacket {
  readonly packet: Packet;
  readonly sequence: number | null;
  readonly epoch: number;
}

/** A packet in the words of the file, so that differences read well. */
export function describePacket(value: Packet): Record<string, unknown> {
  const { type, flags, source, destination, payload } = value;
  return {
    type,
    flags,
    src_id_type: source.type,
    src_id: toHex(idBytes(source)),
    dst_id_type: destination.type,
    dst_id: toHex(idBytes(destination)),
    payload: toHex(payload),
  };
}

export function describeRecorded(value: RecordedPacket): Record<string, unknown> {
  const { type, flags, src_id_type, src_id, dst_id_type, dst_id, payload } = value;
  return { type, flags, src_id_type, src_id, dst_id_type, dst_id, payload: toHex(payload) };
}

/** Octets of one direction, in the recorded pieces. */
export function octetsOf(transcript: Transcript, direction: Direction): readonly Uint8Array[] {
  return transcript.chunks.flatMap((chunk) =>
    chunk.dir === direction && chunk.hex !== undefined ? [chunk.hex] : [],
  );
}

function cut(pieces: readonly Uint8Array[], cutting: Cutting): readonly Uint8Array[] {
  if (cutting === 'as recorded') return pieces;
  const whole = concat(...pieces);
  if (cutting === 'all at once') return [whole];
  return Array.from(whole, (octet) => Uint8Array.of(octet));
}

/** The keys of an epoch in one direction; undefined in the clear. */
export function keysOf(
  transcript: Transcript,
  direction: Direction,
  epoch: number,
): DirectionKeys | undefined {
  const found = transcript.secrets.find((one) => one.dir === direction && one.key_epoch === epoch);
  if (found === undefined) return undefined;
  const { cipher, hmac, enc_key, iv, counter_block, hmac_key } = found;
  return { cipher, hmac, encryptionKey: enc_key, iv: counter_block ?? iv, hmacKey: hmac_key };
}

/** Whether the keys change behind this packet. */
function endsEpoch(type: number, epoch: number): boolean {
  return epoch === 0 ? type === PacketType.success : type === PacketType.rekeyDone;
}

/** All packets of one direction. */
export function replay(
  backend: CryptoBackend,
  transcript: Transcript,
  direction: Direction,
  cutting: Cutting,
): readonly ReplayedPacket[] {
  const decoder = new PacketDecoder(backend);
  const packets: ReplayedPacket[] = [];
  let epoch = 0;
  for (const piece of cut(octetsOf(transcript, direction), cutting)) {
    decoder.push(piece);
    for (;;) {
      const { sequence } = decoder;
      const value = decoder.next();
      if (value === undefined) break;
      packets.push({ packet: value, sequence: epoch === 0 ? null : sequence, epoch });
      if (endsEpoch(value.type, epoch)) decoder.setKeys(keysOf(transcript, direction, ++epoch));
    }
  }
  return packets;
}

function decryptPacket({ cipher }: PacketProtection, octets: Uint8Array): Uint8Array {
  const head = cipher.decryptHead(octets, octets.length);
  return concat(head, cipher.decryptRest(octets, octets.length, head.length));
}

/**
 * Makes the octets of one direction again of its packets. The padding, which the file does not state, is taken from the
 * recorded octets.
 */
export function reencode(
  backend: CryptoBackend,
  transcript: Transcript,
  direction: Direction,
  recorded: readonly RecordedPacket[],
  packets: readonly Packet[],
): Uint8Array {
  const wire = concat(...octetsOf(transcript, direction));
  const encoder = new PacketEncoder(backend);
  let protection: PacketProtection | undefined;
  let macLength = 0;
  let epoch = 0;
  let offset = 0;
  const out: Uint8Array[] = [];
  for (const [i, value] of packets.entries()) {
    const paddingLength = recorded[i]?.padding_length ?? 0;
    const fixed = 10 + idBytes(value.source).length + idBytes(value.destination).length;
    const length = fixed + paddingLength + value.payload.length;
    const encrypted = isSpecial(value.type, value.flags) ? fixed + paddingLength : length;
    const run = wire.subarray(offset, offset + encrypted);
    const plain = protection === undefined ? run : decryptPacket(protection, run);
    const padding = plain.slice(fixed, fixed + paddingLength);
    out.push(encoder.encode(value, { padding, longPadding: paddingLength > 31 }));
    offset += length + macLength;
    if (endsEpoch(value.type, epoch)) {
      const keys = keysOf(transcript, direction, ++epoch);
      if (keys === undefined) break;
      encoder.setKeys(keys);
      protection = keyedProtection(backend, keys, 'decrypt');
      macLength = hmacs[keys.hmac].length;
    }
  }
  return concat(...out);
}
