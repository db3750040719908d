import { concat, constantTimeEqual } from './bytes.js';
import type { CipherStream, CryptoBackend } from './crypto/backend.js';
import { SilcError } from './errors.js';
import {
  HEADER_LENGTH,
  headerLength,
  IdMemory,
  isSpecial,
  longPadding,
  MAX_PACKET_LENGTH,
  MIN_PACKET_LENGTH,
  readHeader,
  type Header,
  type Packet,
} from './frame-layout.js';
import {
  clearProtection,
  keyedProtection,
  type DirectionKeys,
  type PacketProtection,
} from './frame-protection.js';
import { packetMemory } from './frame-memory.js';
import { ByteQueue } from './frame-queue.js';
import { MAX_ID_LENGTH } from './ids.js';

export { MAX_PACKET_LENGTH, type Packet } from './frame-layout.js';
export type { DirectionKeys } from './frame-protection.js';

/** Largest packet on the wire: true length, padding of one octet's range, and the longest MAC. */
const MAX_WIRE_LENGTH = MAX_PACKET_LENGTH + 0xff + 32;

export interface FrameOptions {
  /** Sequence number of the first packet sent under keys; default 0. */
  readonly sequence?: number;
}

export interface EncodeOptions {
  /** 113 to 128 octets of padding: for packets whose length would tell something about a passphrase. */
  readonly longPadding?: boolean;
  /** The padding itself, of exactly the length that is due, instead of random octets. For reproducible output. */
  readonly padding?: Uint8Array;
}

/** Packets to octets, for one direction of a connection. Never touches a socket. */
export class PacketEncoder {
  readonly #backend: CryptoBackend;
  readonly #source = new IdMemory();
  readonly #destination = new IdMemory();
  readonly #random: RandomPool;
  #protection: PacketProtection = clearProtection;
  #sequence: number;

  constructor(backend: CryptoBackend, options: FrameOptions = {}) {
    this.#backend = backend;
    this.#random = new RandomPool(backend);
    this.#sequence = options.sequence ?? 0;
  }

  /** Sequence number of the next packet under keys. It wraps at 2^32 and never restarts, not even by a rekey. */
  get sequence(): number {
    return this.#sequence;
  }

  /** Keys of all packets from the next one on; undefined for none. The keys before are wiped. */
  setKeys(keys: DirectionKeys | undefined): void {
    const protection = keys === undefined ? clearProtection : keyedProtection(this.#backend, keys, 'encrypt');
    this.#protection.wipe();
    this.#protection = protection;
  }

  /**
   * The packet as it goes onto the wire.
   * @throws SilcError `limit` when header, IDs and payload exceed 65535 octets; `usage` when they are the bare 10 of a
   *   header, which no receiver takes. The encoder's state is then as before.
   */
  encode(packet: Packet, options: EncodeOptions = {}): Uint8Array {
    const protection = this.#protection;
    const { payload } = packet;
    const source = this.#source.bytes(packet.source);
    const destination = this.#destination.bytes(packet.destination);
    const fixed = HEADER_LENGTH + source.length + destination.length;
    const trueLength = fixed + payload.length;
    if (trueLength > MAX_PACKET_LENGTH) {
      throw new SilcError('limit', `packet of ${trueLength} octets, at most ${MAX_PACKET_LENGTH} allowed`);
    }
    if (trueLength < MIN_PACKET_LENGTH) throw new SilcError('usage', 'packet without IDs and payload');

    const special = isSpecial(packet.type, packet.flags);
    const covered = special ? fixed : trueLength;
    const paddingLength = options.longPadding === true ? longPadding(covered) : protection.padding(covered);
    const padding = options.padding ?? this.#random.take(paddingLength);
    if (padding.length !== paddingLength) {
      throw new SilcError('usage', `padding of ${padding.length} octets where ${paddingLength} are due`);
    }

    const bodyLength = trueLength + paddingLength;
    const wire = packetMemory(bodyLength + protection.macLength);
    wire[0] = trueLength >>> 8;
    wire[1] = trueLength;
    wire[2] = packet.flags;
    wire[3] = packet.type;
    wire[4] = paddingLength;
    wire[6] = source.length;
    wire[7] = destination.length;
    wire[8] = packet.source.type;
    wire.set(source, 9);
    wire[9 + source.length] = packet.destination.type;
    wire.set(destination, HEADER_LENGTH + source.length);
    wire.set(padding, fixed);
    wire.set(payload, fixed + paddingLength);

    const encrypted = wire.subarray(0, covered + paddingLength);
    encrypted.set(protection.nextPacket().update(encrypted));
    wire.set(protection.mac(this.#sequence, wire.subarray(0, bodyLength)), bodyLength);
    this.#sequence = (this.#sequence + protection.sequenceStep) >>> 0;
    return wire;
  }
}

/** A packet of which the first octets are decrypted. */
interface Pending {
  readonly header: Header;
  /** The first octets in the clear. */
  readonly first: Uint8Array;
  readonly cipher: CipherStream;
  readonly encryptedLength: number;
  /** Without MAC. */
  readonly bodyLength: number;
}

/**
 * Octets to packets, for one direction of a connection: `push` what came, then take packets with `next` until there is
 * none. Pulling lets the keys change exactly between two packets. At most one unfinished packet and the rest of the
 * last chunk are kept, whatever the peer sends.
 *
 * After a packet that is malformed or whose MAC fails nothing that follows can be trusted: the decoder throws the same
 * error for ever.
 */
export class PacketDecoder {
  readonly #backend: CryptoBackend;
  readonly #queue = new ByteQueue();
  readonly #source = new IdMemory();
  readonly #destination = new IdMemory();
  readonly #addresses = new Uint8Array(HEADER_LENGTH + 2 * MAX_ID_LENGTH);
  #protection: PacketProtection = clearProtection;
  #sequence: number;
  #pending: Pending | undefined;
  #failure: SilcError | undefined;

  constructor(backend: CryptoBackend, options: FrameOptions = {}) {
    this.#backend = backend;
    this.#sequence = options.sequence ?? 0;
  }

  /** Sequence number expected of the next packet under keys. */
  get sequence(): number {
    return this.#sequence;
  }

  /**
   * Keys of all packets from the next one on; undefined for none. The keys before are wiped.
   * @throws SilcError `usage` when the head of the next packet was already decrypted with the keys before.
   */
  setKeys(keys: DirectionKeys | undefined): void {
    if (this.#pending !== undefined) throw new SilcError('usage', 'keys change in the middle of a packet');
    const protection = keys === undefined ? clearProtection : keyedProtection(this.#backend, keys, 'decrypt');
    this.#protection.wipe();
    this.#protection = protection;
  }

  /**
   * Adds octets, cut anywhere. The chunk is kept: do not change it afterwards.
   * @throws SilcError `usage` when a whole packet is still waiting to be taken.
   */
  push(chunk: Uint8Array): void {
    if (this.#failure !== undefined) return;
    if (this.#queue.length > MAX_WIRE_LENGTH) {
      throw new SilcError('usage', 'packets have to be taken before more octets are added');
    }
    this.#queue.push(chunk);
  }

  /**
   * The next packet; undefined until more octets come.
   * @throws SilcError `malformed`, or `authentication` when the MAC is wrong; then the same for ever.
   */
  next(): Packet | undefined {
    if (this.#failure !== undefined) throw this.#failure;
    try {
      return this.#take();
    } catch (cause) {
      this.#failure =
        cause instanceof SilcError
          ? cause
          : new SilcError('malformed', 'packet cannot be decoded', { cause });
      this.#queue.clear();
      this.#pending = undefined;
      throw this.#failure;
    }
  }

  /** The end, in the middle of a packet too: what waits is dropped, and the keys are wiped. */
  close(): void {
    this.#failure ??= new SilcError('closed', 'no packets any more');
    this.#queue.clear();
    this.#pending?.cipher.wipe();
    this.#pending = undefined;
    this.#protection.wipe();
  }

  #take(): Packet | undefined {
    this.#pending ??= this.#readFirst();
    const pending = this.#pending;
    if (pending === undefined) return undefined;
    const { macLength, firstRun } = this.#protection;
    const { header, bodyLength, encryptedLength } = pending;
    if (this.#queue.length < bodyLength + macLength) return undefined;

    const wire = this.#queue.peek(bodyLength + macLength);
    const mac = this.#protection.mac(this.#sequence, wire.subarray(0, bodyLength));
    if (!constantTimeEqual(mac, wire.subarray(bodyLength))) {
      throw new SilcError('authentication', 'packet with a wrong MAC');
    }
    const rest = pending.cipher.update(wire.subarray(firstRun, encryptedLength));
    const { source, destination } = this.#readAddresses(pending, rest);
    const payload =
      encryptedLength < bodyLength
        ? new Uint8Array(wire.subarray(encryptedLength, bodyLength))
        : tail(pending.first, rest, headerLength(header) + header.paddingLength);

    this.#queue.skip(bodyLength + macLength);
    this.#pending = undefined;
    this.#sequence = (this.#sequence + this.#protection.sequenceStep) >>> 0;
    return { type: header.type, flags: header.flags, source, destination, payload };
  }

  #readFirst(): Pending | undefined {
    const { firstRun, blockLength } = this.#protection;
    if (this.#queue.length < firstRun) return undefined;
    const cipher = this.#protection.nextPacket();
    const first = cipher.update(this.#queue.peek(firstRun));
    const header = readHeader(first);
    const covered = isSpecial(header.type, header.flags) ? headerLength(header) : header.trueLength;
    const encryptedLength = covered + header.paddingLength;
    if (encryptedLength % blockLength !== 0) {
      throw new SilcError('malformed', 'packet whose encrypted part is no multiple of the cipher block');
    }
    return { header, first, cipher, encryptedLength, bodyLength: header.trueLength + header.paddingLength };
  }

  #readAddresses({ header, first }: Pending, rest: Uint8Array): Pick<Packet, 'source' | 'destination'> {
    const length = headerLength(header);
    const octets = this.#addresses;
    octets.set(first);
    octets.set(rest.subarray(0, Math.max(0, length - first.length)), first.length);
    const end = 9 + header.sourceLength;
    return {
      source: this.#source.parse(octets[8] ?? 0, octets.subarray(9, end)),
      destination: this.#destination.parse(octets[end] ?? 0, octets.subarray(end + 1, length)),
    };
  }
}

/** Octets of `first || rest` from `start` on, without copying where `start` lies in `rest`. */
function tail(first: Uint8Array, rest: Uint8Array, start: number): Uint8Array {
  return start >= first.length ? rest.subarray(start - first.length) : concat(first.subarray(start), rest);
}

/** Random octets by the handful: asking the backend for each packet costs more than the padding is worth. */
class RandomPool {
  readonly #backend: CryptoBackend;
  #octets = new Uint8Array(0);
  #used = 0;

  constructor(backend: CryptoBackend) {
    this.#backend = backend;
  }

  /** A view that is valid until the next call; `length` at most 128. */
  take(length: number): Uint8Array {
    if (this.#used + length > this.#octets.length) {
      this.#octets = new Uint8Array(this.#backend.randomBytes(1024));
      this.#used = 0;
    }
    const out = this.#octets.subarray(this.#used, this.#used + length);
    this.#used += length;
    return out;
  }
}
