import { SilcError } from '../errors.js';
import { decodePayload, encodePayload } from '../packets/codec.js';
import { decodeText } from '../packets/text.js';
import { OPEN_READ, SFTP_VERSION, sftpPacket } from './packet.js';
import type { SftpAnswer, SftpPacket, SftpRequest } from './packet.js';
import { MAX_DATA } from './server.js';
import { SftpStatus, SftpStatusError } from './status.js';

/** The file that the sender shows. */
export interface OfferedFile {
  /** As the sender tells it: to be made safe before it becomes a name in a file system. */
  readonly name: string;
  /** In octets, where the sender tells it. */
  readonly size: number | undefined;
}

export type ClientStep =
  /** To be sent; then the sender answers. */
  | { readonly type: 'send'; readonly packet: Uint8Array }
  /** The file is known: {@link SftpClient.open} goes on. */
  | { readonly type: 'file'; readonly file: OfferedFile }
  /** The next octets: when they are stored, {@link SftpClient.more} goes on. The array is a view of the packet. */
  | { readonly type: 'data'; readonly data: Uint8Array }
  /** Nothing to be done. */
  | { readonly type: 'none' }
  /** The whole file has come; the packet tells the sender. */
  | { readonly type: 'end'; readonly packet: Uint8Array };

type State =
  | { readonly name: 'new' | 'version' | 'finished' }
  | { readonly name: 'opening directory' | 'listing' | 'opening'; readonly id: number }
  | { readonly name: 'offered'; readonly directory: Uint8Array; readonly path: Uint8Array }
  | { readonly name: 'reading'; readonly id: number; readonly handle: Uint8Array }
  | { readonly name: 'storing'; readonly handle: Uint8Array };

/**
 * The SFTP client that the receiver of a file is. Packets in, packets out; one request is under way
 * at a time, so a sender can neither send ahead nor out of order. Whatever does not follow from the last request is
 * refused.
 */
export class SftpClient {
  #state: State = { name: 'new' };
  #directory: Uint8Array | undefined;
  #nextId = 0;
  /** The CLOSE of the directory: its answer is of no interest. */
  #ignored: number | undefined;
  #size: number | undefined;
  #received = 0;

  /** Octets of the file that have come. */
  get received(): number {
    return this.#received;
  }

  /** The first packet. */
  start(): Uint8Array {
    if (this.#state.name !== 'new') throw new SilcError('usage', 'started for the second time');
    this.#state = { name: 'version' };
    return encode({ type: 'init', version: SFTP_VERSION });
  }

  /**
   * @throws SilcError `malformed` for an answer that was not asked for, or a file that is longer or shorter than told,
   *   `limit`, `unsupported`; SftpStatusError where the sender refuses
   */
  receive(octets: Uint8Array): ClientStep {
    const packet = decodePayload(sftpPacket, octets);
    if (packet.type === 'version') return this.#version(packet.version);
    if (!isAnswer(packet)) throw new SilcError('malformed', `SFTP client got ${packet.type}`);
    if (packet.type === 'status' && packet.id === this.#ignored) {
      this.#ignored = undefined;
      return { type: 'none' };
    }
    const state = this.#state;
    if (!('id' in state) || state.id !== packet.id) {
      throw new SilcError('malformed', `SFTP ${packet.type} that was not asked for`);
    }
    if (packet.type === 'status' && (packet.status !== SftpStatus.endOfFile || state.name !== 'reading')) {
      throw new SftpStatusError(state.name, packet.status);
    }
    if (state.name === 'opening directory' && packet.type === 'handle') return this.#list(packet.handle);
    if (state.name === 'listing' && packet.type === 'name') return this.#listed(packet);
    if (state.name === 'opening' && packet.type === 'handle') {
      return { type: 'send', packet: this.#read(checkedHandle(packet.handle)) };
    }
    if (state.name === 'reading' && packet.type === 'data') return this.#data(packet.data, state.handle);
    if (state.name === 'reading' && packet.type === 'status') return this.#end(state.handle);
    throw new SilcError('malformed', `SFTP ${packet.type} while ${state.name}`);
  }

  /** Asks for the file that was shown: two packets. */
  open(): readonly Uint8Array[] {
    const state = this.#state;
    if (state.name !== 'offered') throw new SilcError('usage', 'no file to open');
    const { directory, path } = state;
    const id = this.#newId();
    this.#ignored = this.#newId();
    this.#state = { name: 'opening', id };
    return [
      encode({ type: 'open', id, path, flags: OPEN_READ }),
      encode({ type: 'close', id: this.#ignored, handle: directory }),
    ];
  }

  /** Asks for the next part. */
  more(): Uint8Array {
    const state = this.#state;
    if (state.name !== 'storing') throw new SilcError('usage', 'nothing to read now');
    return this.#read(state.handle);
  }

  #version(version: number): ClientStep {
    if (this.#state.name !== 'version')
      throw new SilcError('malformed', 'SFTP version that was not asked for');
    if (version < SFTP_VERSION) throw new SilcError('unsupported', `SFTP version ${version}`);
    const id = this.#newId();
    this.#state = { name: 'opening directory', id };
    return { type: 'send', packet: encode({ type: 'opendir', id, path: new Uint8Array(0) }) };
  }

  #list(handle: Uint8Array): ClientStep {
    const id = this.#newId();
    this.#directory = checkedHandle(handle);
    this.#state = { name: 'listing', id };
    return { type: 'send', packet: encode({ type: 'readdir', id, handle: this.#directory }) };
  }

  #listed({ names }: SftpAnswer & { type: 'name' }): ClientStep {
    const [entry] = names;
    if (entry === undefined || this.#directory === undefined) {
      throw new SilcError('malformed', 'the sender shows no file');
    }
    const { size } = entry.attributes;
    if (size !== undefined && size > BigInt(Number.MAX_SAFE_INTEGER)) {
      throw new SilcError('limit', `file of ${size.toString()} octets`);
    }
    this.#size = size === undefined ? undefined : Number(size);
    this.#state = { name: 'offered', directory: this.#directory, path: entry.name.slice() };
    return { type: 'file', file: { name: decodeText(entry.name), size: this.#size } };
  }

  #read(handle: Uint8Array): Uint8Array {
    const id = this.#newId();
    this.#state = { name: 'reading', id, handle };
    return encode({ type: 'read', id, handle, offset: BigInt(this.#received), length: MAX_DATA });
  }

  #data(data: Uint8Array, handle: Uint8Array): ClientStep {
    if (data.length === 0 || data.length > MAX_DATA) {
      throw new SilcError('malformed', `${data.length} octets of a file, ${MAX_DATA} were asked for`);
    }
    this.#received += data.length;
    if (this.#size !== undefined && this.#received > this.#size) {
      throw new SilcError('malformed', `the file is longer than the ${this.#size} octets that were told`);
    }
    this.#state = { name: 'storing', handle };
    return { type: 'data', data };
  }

  #end(handle: Uint8Array): ClientStep {
    if (this.#size !== undefined && this.#received < this.#size) {
      throw new SilcError('malformed', `the file ends after ${this.#received} of ${this.#size} octets`);
    }
    this.#state = { name: 'finished' };
    return { type: 'end', packet: encode({ type: 'close', id: this.#newId(), handle }) };
  }

  #newId(): number {
    const id = this.#nextId;
    this.#nextId = (id + 1) % 2 ** 32;
    return id;
  }
}

function isAnswer(packet: SftpPacket): packet is Exclude<SftpAnswer, { type: 'version' }> {
  return ['status', 'handle', 'data', 'name'].includes(packet.type);
}

/** A copy: the packet that it came with may be overwritten. @throws SilcError `malformed` when it is empty */
function checkedHandle(handle: Uint8Array): Uint8Array {
  if (handle.length === 0) throw new SilcError('malformed', 'empty SFTP handle');
  return handle.slice();
}

function encode(request: SftpRequest): Uint8Array {
  return encodePayload(sftpPacket, request);
}
