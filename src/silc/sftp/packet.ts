import { utf8, Reader, Writer } from '../bytes.js';
import { SilcError } from '../errors.js';
import type { Codec } from '../packets/codec.js';
import { decodeText } from '../packets/text.js';
import { sftpAttributes, type SftpAttributes } from './attributes.js';

/** The only version that is spoken. */
export const SFTP_VERSION = 3;

/** Flag of OPEN: for reading. */
export const OPEN_READ = 0x01;

/** Longest payload of a packet: with its header and the file transfer type it fits one SILC packet. */
export const MAX_SFTP_PAYLOAD = 65_000;

/** Longest handle (draft-ietf-secsh-filexfer-02, 6.2). */
const MAX_HANDLE = 256;
/** Longest path, file name, and status text. */
const MAX_TEXT = 4_096;
/** Files in one NAME; the toolkit sends 100 at most. */
const MAX_NAMES = 256;

/** Type octets (draft-ietf-secsh-filexfer-02, 3). */
const Type = {
  init: 1,
  version: 2,
  open: 3,
  close: 4,
  read: 5,
  opendir: 11,
  readdir: 12,
  status: 101,
  handle: 102,
  data: 103,
  name: 104,
} as const;

/** Types that exist besides, and are of no use for one file that is only read. */
const otherTypes: readonly number[] = [6, 7, 8, 9, 10, 13, 14, 15, 16, 17, 18, 19, 20, 105, 200, 201];

/** One file of a NAME. */
export interface SftpName {
  /** The name as octets: its charset is not certain, and OPEN wants it back as it was. */
  readonly name: Uint8Array;
  /** A line as of `ls -l`. */
  readonly longName: string;
  readonly attributes: SftpAttributes;
}

/** What a client sends. All but `init` have an `id`, which the answer carries again. */
export type SftpRequest =
  | { readonly type: 'init'; readonly version: number }
  | { readonly type: 'open'; readonly id: number; readonly path: Uint8Array; readonly flags: number }
  | { readonly type: 'close'; readonly id: number; readonly handle: Uint8Array }
  | {
      readonly type: 'read';
      readonly id: number;
      readonly handle: Uint8Array;
      readonly offset: bigint;
      readonly length: number;
    }
  | { readonly type: 'opendir'; readonly id: number; readonly path: Uint8Array }
  | { readonly type: 'readdir'; readonly id: number; readonly handle: Uint8Array };

/** What a server sends. */
export type SftpAnswer =
  | { readonly type: 'version'; readonly version: number }
  | { readonly type: 'status'; readonly id: number; readonly status: number; readonly message: string }
  | { readonly type: 'handle'; readonly id: number; readonly handle: Uint8Array }
  | { readonly type: 'data'; readonly id: number; readonly data: Uint8Array }
  | { readonly type: 'name'; readonly id: number; readonly names: readonly SftpName[] };

/** A type that exists, but is not understood here; the octets behind the `id` are dropped. */
export interface SftpOther {
  readonly type: 'other';
  readonly code: number;
  readonly id: number;
}

export type SftpPacket = SftpRequest | SftpAnswer | SftpOther;

/**
 * One SFTP packet in the dialect of SILC, where the length does not count the type octet:
 *   length u32 | type u8 | payload
 * Strings have a u32 length. Payloads are those of version 3 (draft-ietf-secsh-filexfer-02, 4 to 7).
 */
export const sftpPacket: Codec<SftpPacket> = {
  kind: 'SFTP packet',
  decode(reader) {
    const length = reader.u32('SFTP length');
    if (length > MAX_SFTP_PAYLOAD) throw new SilcError('limit', `SFTP packet of ${length} octets`);
    const code = reader.u8('SFTP type');
    const payload = new Reader(reader.bytes(length, 'SFTP payload'));
    const packet = decodePayload(code, payload);
    payload.end('SFTP packet');
    return packet;
  },
  encode(packet, writer) {
    const payload = new Writer(packet.type === 'data' ? packet.data.length + 8 : 64);
    encodePayload(packet, payload);
    if (payload.length > MAX_SFTP_PAYLOAD) {
      throw new SilcError('limit', `SFTP packet of ${payload.length} octets`);
    }
    writer
      .u32(payload.length)
      .u8(packet.type === 'other' ? packet.code : Type[packet.type])
      .bytes(payload.finish());
  },
};

function decodePayload(code: number, reader: Reader): SftpPacket {
  if (code === Type.init || code === Type.version) {
    const version = reader.u32('SFTP version');
    // Pairs of extension names and data; none is understood, and all may be ignored.
    reader.rest();
    return { type: code === Type.init ? 'init' : 'version', version };
  }
  if (!isKnown(code)) throw new SilcError('unsupported', `SFTP packet of type ${code}`);
  const id = reader.u32('request id');
  switch (code) {
    case Type.open: {
      const path = reader.block32('path', MAX_TEXT);
      const flags = reader.u32('open flags');
      // Attributes for a file that is to be made; nobody makes files here.
      reader.rest();
      return { type: 'open', id, path, flags };
    }
    case Type.close:
      return { type: 'close', id, handle: reader.block32('handle', MAX_HANDLE) };
    case Type.read: {
      const handle = reader.block32('handle', MAX_HANDLE);
      return { type: 'read', id, handle, offset: reader.u64('offset'), length: reader.u32('length') };
    }
    case Type.opendir:
      return { type: 'opendir', id, path: reader.block32('path', MAX_TEXT) };
    case Type.readdir:
      return { type: 'readdir', id, handle: reader.block32('handle', MAX_HANDLE) };
    case Type.status: {
      const status = reader.u32('status');
      // Older versions end here.
      const message = reader.remaining === 0 ? '' : decodeText(reader.block32('status text', MAX_TEXT));
      if (reader.remaining > 0) reader.block32('language tag', MAX_TEXT);
      return { type: 'status', id, status, message };
    }
    case Type.handle:
      return { type: 'handle', id, handle: reader.block32('handle', MAX_HANDLE) };
    case Type.data:
      return { type: 'data', id, data: reader.block32('data', MAX_SFTP_PAYLOAD) };
    case Type.name:
      return { type: 'name', id, names: decodeNames(reader) };
    default:
      reader.rest();
      return { type: 'other', code, id };
  }
}

function isKnown(code: number): boolean {
  return otherTypes.includes(code) || Object.values<number>(Type).includes(code);
}

function decodeNames(reader: Reader): readonly SftpName[] {
  const count = reader.u32('number of names');
  if (count > MAX_NAMES) throw new SilcError('limit', `${count} names in one SFTP packet`);
  const names: SftpName[] = [];
  for (let i = 0; i < count; i++) {
    const name = reader.block32('file name', MAX_TEXT);
    const longName = decodeText(reader.block32('long name', MAX_TEXT));
    names.push({ name, longName, attributes: sftpAttributes.decode(reader) });
  }
  return names;
}

function encodePayload(packet: SftpPacket, writer: Writer): void {
  if (packet.type === 'init' || packet.type === 'version') {
    writer.u32(packet.version);
    return;
  }
  writer.u32(packet.id);
  switch (packet.type) {
    case 'open':
      writer.block32(packet.path).u32(packet.flags);
      sftpAttributes.encode({}, writer);
      break;
    case 'close':
    case 'readdir':
    case 'handle':
      writer.block32(packet.handle);
      break;
    case 'read':
      writer.block32(packet.handle).u64(packet.offset).u32(packet.length);
      break;
    case 'opendir':
      writer.block32(packet.path);
      break;
    case 'status':
      writer.u32(packet.status).block32(utf8(packet.message)).block32(utf8(''));
      break;
    case 'data':
      writer.block32(packet.data);
      break;
    case 'name':
      writer.u32(packet.names.length);
      for (const { name, longName, attributes } of packet.names) {
        writer.block32(name).block32(utf8(longName));
        sftpAttributes.encode(attributes, writer);
      }
      break;
    case 'other':
      break;
  }
}
