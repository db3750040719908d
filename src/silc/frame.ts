import { concat } from './bytes.js';
import type { CryptoBackend } from './crypto/backend.js';
import { pooledRandom } from './crypto/random-pool.js';
import { SilcError } from './errors.js';
import { parseId } from './ids.js';
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
import { CounterCipher } from './frame-ciphers.js';
import { LONGEST_CUT, packetMemory } from './frame-memory.js';
import { ByteQueue } from './frame-queue.js';

export { MAX_PACKET_LENGTH, type Packet } from './frame-layout.js';
export type { DirectionKeys } from './frame-protection.js';

/** Largest packet on the wire: true length, padding of one octet's range, and the longest MAC. */
const MAX_WIRE_LENGTH = MAX_PACKET_LENGTH + 0xff + 32;

/** Where long packets are put together that a cipher encrypts into other memory. Used within one call. */
const draft = new Uint8Array(MAX_WIRE_LENGTH);

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
  #protection: PacketProtection = clearProtection;
  #sequence: number;

  constructor(backend: CryptoBackend, options: FrameOptions = {}) {
    this.#backend = backend;
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
    const { cipher } = protection;
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
    const padding = options.padding ?? pooledRandom(this.#backend, paddingLength);
    if (padding.length !== paddingLength) {
      throw new SilcError('usage', `padding of ${padding.length} octets where ${paddingLength} are due`);
    }

    const bodyLength = trueLength + paddingLength;
    const wireLength = bodyLength + protection.macLength;
    const isApart = wireLength > LONGEST_CUT && !special;
    const apart = isApart && cipher instanceof CounterCipher ? cipher : undefined;
    let wire = apart === undefined ? packetMemory(wireLength) : draft.subarray(0, wireLength);
    wire[0] = trueLength >>> 8;
    wire[1] = trueLength;
    wire[2] = packet.flags;
    wire[3] = packet.type;
    wire[4] = paddingLength;
    wire[6] = source.length;
    wire[7] = destination.length;
    wire[8] = packet.source.type;
    copyShort(source, wire, 9);
    wire[9 + source.length] = packet.destination.type;
    copyShort(destination, wire, HEADER_LENGTH + source.length);
    copyShort(padding, wire, fixed);
    wire.set(payload, fixed + paddingLength);

    if (apart === undefined) {
      cipher.encrypt(wire.subarray(0, covered + paddingLength));
    } else {
      // The place of the MAC is encrypted along, and written afterwards.
      wire = apart.encryptApart(wire);
      draft.fill(0, 0, wireLength);
    }
    protection.sign(this.#sequence, wire, bodyLength);
    this.#sequence = (this.#sequence + protection.sequenceStep) >>> 0;
    return wire;
  }
}

/** A packet of which the first octets are decrypted. */
interface Pending {
  readonly header: Header;
  /** The first octets in the clear; perhaps some that are none of the packet's behind them. */
  readonly head: Uint8Array;
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
      const packet = this.#take();
      if (packet === undefined) this.#queue.settle();
      return packet;
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
    this.#pending = undefined;
    this.#protection.wipe();
  }

  #take(): Packet | undefined {
    this.#pending ??= this.#readHead();
    const pending = this.#pending;
    if (pending === undefined) return undefined;
    const protection = this.#protection;
    const { header, head, bodyLength, encryptedLength } = pending;
    const wireLength = bodyLength + protection.macLength;
    if (this.#queue.length < wireLength) return undefined;

    const wire = this.#queue.peek(wireLength);
    if (!protection.verify(this.#sequence, wire, bodyLength)) {
      throw new SilcError('authentication', 'packet with a wrong MAC');
    }
    const rest = protection.cipher.decryptRest(wire, encryptedLength, head.length);
    const { source, destination } = this.#readAddresses(header, head, rest);
    const payload =
      encryptedLength < bodyLength
        ? new Uint8Array(wire.subarray(encryptedLength, bodyLength))
        : part(head, rest, headerLength(header) + header.paddingLength, encryptedLength);

    this.#queue.skip(wireLength);
    this.#pending = undefined;
    this.#sequence = (this.#sequence + protection.sequenceStep) >>> 0;
    return { type: header.type, flags: header.flags, source, destination, payload };
  }

  #readHead(): Pending | undefined {
    const { firstRun, blockLength, macLength, cipher } = this.#protection;
    const { length } = this.#queue;
    if (length < firstRun) return undefined;
    // What comes is mostly one packet; its MAC is not decrypted.
    const head = cipher.decryptHead(this.#queue.peek(length), Math.max(firstRun, length - macLength));
    const header = readHeader(head);
    const covered = isSpecial(header.type, header.flags) ? headerLength(header) : header.trueLength;
    const encryptedLength = covered + header.paddingLength;
    if (encryptedLength % blockLength !== 0) {
      throw new SilcError('malformed', 'packet whose encrypted part is no multiple of the cipher block');
    }
    return { header, head, encryptedLength, bodyLength: header.trueLength + header.paddingLength };
  }

  #readAddresses(header: Header, head: Uint8Array, rest: Uint8Array): Pick<Packet, 'source' | 'destination'> {
    const { sourceLength } = header;
    const length = headerLength(header);
    const octets = head.length >= length ? head : part(head, rest, 0, length);
    const end = 9 + sourceLength;
    return {
      source: parseId(octets[8] ?? 0, octets, 9, end),
      destination: parseId(octets[end] ?? 0, octets, end + 1, length),
    };
  }
}

/** Octets `start` to `end` of `head || rest`, copied only where they lie in both. */
function part(head: Uint8Array, rest: Uint8Array, start: number, end: number): Uint8Array {
  const border = head.length;
  if (end <= border) return head.subarray(start, end);
  if (start >= border) return rest.subarray(start - border, end - border);
  return concat(head.subarray(start), rest.subarray(0, end - border));
}

/** Faster than `set` for a few octets. */
function copyShort(octets: Uint8Array, to: Uint8Array, offset: number): void {
  for (let i = 0; i < octets.length; i++) to[offset + i] = octets[i] ?? 0;
}
