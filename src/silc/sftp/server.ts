import { equalBytes, Reader, utf8, Writer } from '../bytes.js';
import { SilcError } from '../errors.js';
import { decodePayload, encodePayload } from '../packets/codec.js';
import { OPEN_READ, SFTP_VERSION, sftpPacket } from './packet.js';
import type { SftpAnswer, SftpRequest } from './packet.js';
import { SftpStatus } from './status.js';

/** Octets in one DATA, as the toolkit's server has it. */
export const MAX_DATA = 63_488;

/** Handles that are open at a time; a receiver needs two. */
const MAX_HANDLES = 8;

/** The one file that a server shows. */
export interface ServedFile {
  readonly name: string;
  /** In octets. */
  readonly size: number;
  /** Milliseconds since 1970, for display. */
  readonly modified?: number | undefined;
}

/** A part of the file that the receiver wants. */
export interface WantedPart {
  readonly id: number;
  readonly offset: number;
  /** At least 1, and not beyond the end of the file. */
  readonly length: number;
}

export type ServerStep =
  | { readonly type: 'reply'; readonly packet: Uint8Array }
  /** To be answered by {@link SftpServer.data}, before the next packet is given in. */
  | { readonly type: 'read'; readonly part: WantedPart };

type OpenHandle = { readonly kind: 'directory'; listed: boolean } | { readonly kind: 'file' };

/**
 * The SFTP server that the sender of a file is: a directory with one file, which can be read.
 * Packets in, packets out; it touches neither the file nor a connection. What a receiver may ask for is bounded: a
 * receiver that reads the file again and again is refused.
 */
export class SftpServer {
  readonly #file: ServedFile;
  readonly #name: Uint8Array;
  readonly #handles = new Map<number, OpenHandle>();
  #initialised = false;
  #delivered = 0;
  #served = 0;
  #requests = 0;
  #told = false;
  #finished = false;

  constructor(file: ServedFile) {
    this.#file = file;
    this.#name = utf8(file.name);
  }

  /** How far into the file the receiver has read, in octets. */
  get delivered(): number {
    return this.#delivered;
  }

  /** The receiver has everything: it has read up to the end and asked for more, or closed the file. */
  get complete(): boolean {
    return this.#told || this.#finished;
  }

  /** The receiver has closed the file after it had everything. */
  get finished(): boolean {
    return this.#finished;
  }

  /** @throws SilcError `malformed`, `unsupported`, or `limit` for a receiver that does not stop asking */
  receive(octets: Uint8Array): ServerStep {
    const packet = decodePayload(sftpPacket, octets);
    this.#requests++;
    // A receiver that reads in small pieces is slow, but right; the least piece on average is 256 octets.
    if (this.#requests > 1_000 + this.#file.size / 256)
      throw new SilcError('limit', 'too many SFTP requests');
    switch (packet.type) {
      case 'init':
        if (this.#initialised) throw new SilcError('malformed', 'INIT for the second time');
        this.#initialised = true;
        return reply({ type: 'version', version: SFTP_VERSION });
      case 'open':
      case 'close':
      case 'read':
      case 'opendir':
      case 'readdir':
        if (!this.#initialised) throw new SilcError('malformed', 'SFTP request before INIT');
        return this.#request(packet);
      case 'other':
        return status(packet.id, SftpStatus.unsupported);
      default:
        throw new SilcError('malformed', `SFTP server got ${packet.type}`);
    }
  }

  /** DATA with the octets of the part, in full or the first of them. @throws SilcError `usage` for none or too many */
  data(part: WantedPart, octets: Uint8Array): Uint8Array {
    if (octets.length === 0 || octets.length > part.length) {
      throw new SilcError('usage', `${octets.length} octets for a part of ${part.length}`);
    }
    this.#served += octets.length;
    this.#delivered = Math.max(this.#delivered, part.offset + octets.length);
    return encodePayload(sftpPacket, { type: 'data', id: part.id, data: octets });
  }

  /** The answer where the file cannot be read. */
  failure(part: WantedPart): Uint8Array {
    return encodePayload(sftpPacket, statusOf(part.id, SftpStatus.failure));
  }

  #request(request: Exclude<SftpRequest, { type: 'init' }>): ServerStep {
    const { id } = request;
    if (request.type === 'opendir') {
      if (!isRoot(request.path)) return status(id, SftpStatus.noSuchFile);
      return this.#newHandle(id, { kind: 'directory', listed: false });
    }
    if (request.type === 'open') {
      if (!this.#isFile(request.path)) return status(id, SftpStatus.noSuchFile);
      if (request.flags !== OPEN_READ) return status(id, SftpStatus.permissionDenied);
      return this.#newHandle(id, { kind: 'file' });
    }
    const number = handleNumber(request.handle);
    const handle = number === undefined ? undefined : this.#handles.get(number);
    if (number === undefined || handle === undefined) return status(id, SftpStatus.invalidHandle);
    switch (request.type) {
      case 'readdir':
        if (handle.kind !== 'directory') return status(id, SftpStatus.failure);
        if (handle.listed) return status(id, SftpStatus.endOfFile);
        handle.listed = true;
        return reply({ type: 'name', id, names: [this.#entry()] });
      case 'read':
        if (handle.kind !== 'file') return status(id, SftpStatus.failure);
        return this.#read(id, request.offset, request.length);
      case 'close':
        this.#handles.delete(number);
        if (handle.kind === 'file' && this.#delivered >= this.#file.size) this.#finished = true;
        return status(id, SftpStatus.ok);
    }
  }

  #read(id: number, offset: bigint, length: number): ServerStep {
    const { size } = this.#file;
    if (offset >= BigInt(size)) {
      if (this.#delivered >= size) this.#told = true;
      return status(id, SftpStatus.endOfFile);
    }
    if (length === 0) return status(id, SftpStatus.badMessage);
    const start = Number(offset);
    const part = { id, offset: start, length: Math.min(length, MAX_DATA, size - start) };
    if (this.#served + part.length > 2 * size + MAX_DATA) {
      throw new SilcError('limit', 'the receiver reads the file again and again');
    }
    return { type: 'read', part };
  }

  #newHandle(id: number, handle: OpenHandle): ServerStep {
    if (this.#handles.size >= MAX_HANDLES) return status(id, SftpStatus.failure);
    let number = 0;
    while (this.#handles.has(number)) number++;
    this.#handles.set(number, handle);
    return reply({ type: 'handle', id, handle: new Writer(4).u32(number).finish() });
  }

  #isFile(path: Uint8Array): boolean {
    // Receivers that join the name to the directory ask for `/name`.
    if (equalBytes(path, this.#name)) return true;
    return path[0] === SLASH && equalBytes(path.subarray(1), this.#name);
  }

  #entry(): { name: Uint8Array; longName: string; attributes: { size: bigint; times?: Times } } {
    const { name, size, modified } = this.#file;
    const longName = `-r--------   1 ${String(size).padStart(12)} ${name}`;
    if (modified === undefined) return { name: this.#name, longName, attributes: { size: BigInt(size) } };
    const seconds = Math.min(Math.max(Math.floor(modified / 1_000), 0), 0xffff_ffff);
    const times = { accessed: seconds, modified: seconds };
    return { name: this.#name, longName, attributes: { size: BigInt(size), times } };
  }
}

interface Times {
  readonly accessed: number;
  readonly modified: number;
}

const SLASH = 0x2f;
const roots: readonly Uint8Array[] = ['', '/', '.', './'].map(utf8);

function isRoot(path: Uint8Array): boolean {
  return roots.some((root) => equalBytes(root, path));
}

function handleNumber(handle: Uint8Array): number | undefined {
  return handle.length === 4 ? new Reader(handle).u32('handle') : undefined;
}

function reply(answer: SftpAnswer): ServerStep {
  return { type: 'reply', packet: encodePayload(sftpPacket, answer) };
}

function statusOf(id: number, code: number): SftpAnswer {
  return { type: 'status', id, status: code, message: '' };
}

function status(id: number, code: number): ServerStep {
  return reply(statusOf(id, code));
}
