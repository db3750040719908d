import { SilcError } from './errors.js';
import { idBytes, MAX_ID_LENGTH, NO_ID, type TypedId } from './ids.js';
import { PacketFlag, PacketType } from './packets/packet-type.js';

/*
 * Packet header (draft pp-09, 2.2):
 *   true length u16 | flags u8 | type u8 | padding length u8 | reserved u8 | source ID length u8 |
 *   destination ID length u8 | source ID type u8, source ID | destination ID type u8, destination ID | padding | payload
 */

/** One SILC packet without its protection. A decoded `payload` is memory of its own. */
export interface Packet {
  /** `PacketType`; unknown values are handed on. */
  readonly type: number;
  /** `PacketFlag` bits. */
  readonly flags: number;
  readonly source: TypedId;
  readonly destination: TypedId;
  readonly payload: Uint8Array;
}

/** Header octets without IDs and padding, the two ID types included. */
export const HEADER_LENGTH = 10;

/** Largest true length (header, IDs and payload; without padding and MAC): the field has 16 bits. */
export const MAX_PACKET_LENGTH = 0xffff;

/** Smallest true length that receivers take: one octet more than a bare header. */
export const MIN_PACKET_LENGTH = 11;

/** All padding is counted in blocks of 16 octets, whatever the cipher. */
const BLOCK = 16;

/** Special packets: the payload is protected by a key of its own and travels as it is; only what precedes it is encrypted. */
export function isSpecial(type: number, flags: number): boolean {
  return (
    type === PacketType.channelMessage ||
    (type === PacketType.privateMessage && (flags & PacketFlag.privmsgKey) !== 0)
  );
}

/** Padding of a packet under no cipher or a block cipher: fills `length` up to blocks of 16, 8 to 23 octets. */
export function blockPadding(length: number): number {
  const padding = BLOCK - (length % BLOCK);
  return padding < 8 ? padding + BLOCK : padding;
}

/** Padding that hides the length of a passphrase: 113 to 128 octets. */
export function longPadding(length: number): number {
  return 128 - (length % BLOCK);
}

/** The fixed header fields as they come. */
export interface Header {
  readonly trueLength: number;
  readonly flags: number;
  readonly type: number;
  readonly paddingLength: number;
  readonly sourceLength: number;
  readonly destinationLength: number;
}

/**
 * Reads and checks the fixed header; needs {@link HEADER_LENGTH} octets.
 * @throws SilcError `malformed`
 */
export function readHeader(octets: Uint8Array): Header {
  const header = {
    trueLength: ((octets[0] ?? 0) << 8) | (octets[1] ?? 0),
    flags: octets[2] ?? 0,
    type: octets[3] ?? 0,
    paddingLength: octets[4] ?? 0,
    sourceLength: octets[6] ?? 0,
    destinationLength: octets[7] ?? 0,
  };
  if (header.trueLength < MIN_PACKET_LENGTH) {
    throw new SilcError('malformed', `packet of length ${header.trueLength}`);
  }
  if (header.sourceLength > MAX_ID_LENGTH || header.destinationLength > MAX_ID_LENGTH) {
    throw new SilcError('malformed', 'packet with an ID length beyond any ID');
  }
  if (headerLength(header) > header.trueLength) {
    throw new SilcError('malformed', 'packet shorter than its IDs');
  }
  const sourceType = octets[8] ?? 0;
  if (sourceType > 3) throw new SilcError('malformed', `packet with source ID type ${sourceType}`);
  return header;
}

/** Octets of header and IDs. */
export function headerLength(header: Header): number {
  return HEADER_LENGTH + header.sourceLength + header.destinationLength;
}

/** Raw octets of the ID that was asked for last: what a connection sends has the same addresses most of the time. */
export class IdMemory {
  #id: TypedId = NO_ID;
  #raw: Uint8Array = new Uint8Array(0);

  /** Raw octets of an ID; not to be changed. */
  bytes(id: TypedId): Uint8Array {
    const known = this.#id;
    if (known !== id && (known.type === 0 || id.type === 0 || known.id !== id.id)) this.#raw = idBytes(id);
    this.#id = id;
    return this.#raw;
  }
}
