import { wipe } from './bytes.js';
import { ciphers, type CipherName } from './crypto/algorithms.js';
import type { CipherStream, CryptoBackend } from './crypto/backend.js';
import { createCipher } from './crypto/cipher.js';
import { HEADER_LENGTH } from './frame-layout.js';

/** The cipher of one direction of a connection, packet by packet in their order. */
export interface PacketCipher {
  /** Encrypts a packet, or the part of it that is to be encrypted, in place. */
  encrypt(octets: Uint8Array): void;
  /**
   * Begins a packet: the plain text of the front of `octets`, in memory of its own, at least as much as a receiver has to
   * know of a packet and at most `available` octets. What it decrypts beyond the packet is of no meaning.
   */
  decryptHead(octets: Uint8Array, available: number): Uint8Array;
  /**
   * Ends a packet, whose encrypted part is the first `length` octets of `packet`: the plain text of that from octet `from` on, which is
   * as far as the head went.
   */
  decryptRest(packet: Uint8Array, length: number, from: number): Uint8Array;
  /** Overwrites the keys as far as they are reachable; the object is of no use afterwards. */
  wipe(): void;
}

/** Keys of one direction as far as they concern the cipher. */
export interface CipherKeys {
  readonly cipher: CipherName;
  readonly encryptionKey: Uint8Array;
  readonly iv: Uint8Array;
}

const BLOCK = 16;
const nothing = new Uint8Array(0);

/** So few octets are decrypted at once whatever they are. */
const FEW = 256;

/**
 * How much of `available` octets to decrypt before it is known how long the packet is: as much as of the packet before. Packets that
 * follow one another are mostly alike, and each call costs as much as hundreds of octets.
 */
function headLength(available: number, before: number): number {
  return available <= FEW ? available : Math.min(available, Math.max(BLOCK, before));
}

/** Packets in the clear. */
export const clearCipher: PacketCipher = {
  encrypt: () => undefined,
  decryptHead: (octets) => new Uint8Array(octets.subarray(0, HEADER_LENGTH)),
  decryptRest: (packet, length, from) => (from < length ? packet.slice(from, length) : nothing),
  wipe: () => undefined,
};

/**
 * CBC. One stream for the whole connection: the last block of a packet is the IV of the next one. A head that went beyond
 * its packet leaves the stream with another block, which shows in the first block of the next packet only (each plain
 * text block is D(block) ^ block before it) and is put right there.
 */
export class ChainedCipher implements PacketCipher {
  readonly #stream: CipherStream;
  readonly #readAhead: number;
  /** The block that the stream decrypted last; after a head that went beyond its packet what the next one is wrong by. */
  readonly #last: Uint8Array;
  #beyond = false;
  /** Octets that were encrypted of the packet before. */
  #before = 0;

  constructor(backend: CryptoBackend, keys: CipherKeys, direction: 'encrypt' | 'decrypt') {
    this.#stream = createCipher(backend, keys.cipher, direction, keys.encryptionKey, keys.iv);
    this.#last = direction === 'encrypt' ? nothing : new Uint8Array(BLOCK);
    this.#readAhead = ciphers[keys.cipher].family === 'aes' ? backend.readAhead : 0;
  }

  encrypt(octets: Uint8Array): void {
    octets.set(this.#stream.update(octets));
  }

  decryptHead(octets: Uint8Array, available: number): Uint8Array {
    const length = this.#readAhead === 0 ? BLOCK : headLength(available, this.#before) & -BLOCK;
    const head = this.#stream.update(octets.subarray(0, length));
    if (this.#beyond) {
      for (let i = 0; i < BLOCK; i++) head[i] = (head[i] ?? 0) ^ (this.#last[i] ?? 0);
    }
    for (let i = 0; i < BLOCK; i++) this.#last[i] = octets[length - BLOCK + i] ?? 0;
    return head;
  }

  decryptRest(packet: Uint8Array, length: number, from: number): Uint8Array {
    this.#before = length;
    this.#beyond = from > length;
    if (this.#beyond) {
      for (let i = 0; i < BLOCK; i++) {
        this.#last[i] = (this.#last[i] ?? 0) ^ (packet[length - BLOCK + i] ?? 0);
      }
    }
    return from < length ? this.#stream.update(packet.subarray(from, length)) : nothing;
  }

  wipe(): void {
    this.#stream.wipe();
  }
}

/** So many packets have the first block of their key streams made at once; divides 256. */
const AHEAD = 16;

/** Up to so many octets a key stream of single blocks is made; beyond, a cipher object for the packet is cheaper. */
const LONGEST_OF_BLOCKS = 2048;

/** Counter blocks in the making: octets 12 to 15 count the blocks of a packet, which are below 2^16. */
const counterBlocks = new Uint8Array(LONGEST_OF_BLOCKS);
const counterWords = new Uint32Array(counterBlocks.buffer);
/** Views of so many blocks, as they were needed. */
const counterViews: (Uint8Array | undefined)[] = [];
/** What a key stream is put over, where it can be read by words. */
const mask = new Uint8Array(LONGEST_OF_BLOCKS);
const maskWords = new Uint32Array(mask.buffer);

/**
 * CTR. Counter block: `hash 4 | packet counter 8 | block counter 4`. The packet counter is incremented before each packet,
 * and the block counter begins at 1, so each packet has a key stream of its own.
 */
export class CounterCipher implements PacketCipher {
  readonly #backend: CryptoBackend;
  readonly #key: Uint8Array;
  readonly #blocks: CipherStream;
  readonly #counter: Uint8Array;
  readonly #counterWords: Uint32Array;
  /** The first blocks of the key streams of the present packet and its neighbours, as soon as one of them is long. */
  #firstBlocks: Uint8Array = nothing;
  /** Octets that were encrypted of the packet before. Before the first: all that is there, which spares it a second call. */
  #before = Infinity;

  constructor(backend: CryptoBackend, keys: CipherKeys) {
    this.#backend = backend;
    this.#key = new Uint8Array(keys.encryptionKey);
    this.#blocks = backend.aesBlocks(this.#key);
    this.#counter = new Uint8Array(keys.iv).fill(0, 12);
    this.#counterWords = new Uint32Array(this.#counter.buffer);
  }

  encrypt(octets: Uint8Array): void {
    this.#nextPacket();
    octets.set(this.#decipher(octets, 0));
  }

  /** The same into memory of its own, which spares a long packet a piece of memory and a copy. */
  encryptApart(octets: Uint8Array): Uint8Array {
    this.#nextPacket();
    return this.#decipher(octets, 0);
  }

  decryptHead(octets: Uint8Array, available: number): Uint8Array {
    this.#nextPacket();
    const length = headLength(available, this.#before);
    if (length <= this.#backend.readAhead) return this.#decipher(octets, 0, length);
    if (this.#firstBlocks.length === 0) this.#firstBlocks = this.#makeFirstBlocks();
    const start = ((this.#counter[11] ?? 0) % AHEAD) * BLOCK;
    const head = new Uint8Array(BLOCK);
    for (let i = 0; i < BLOCK; i++) head[i] = (octets[i] ?? 0) ^ (this.#firstBlocks[start + i] ?? 0);
    return head;
  }

  decryptRest(packet: Uint8Array, length: number, from: number): Uint8Array {
    this.#before = length;
    if (from >= length) return nothing;
    // A head that ended within a block: that one is done again.
    const spent = from % BLOCK;
    return this.#decipher(packet.subarray(from - spent, length), (from - spent) / BLOCK).subarray(spent);
  }

  wipe(): void {
    this.#blocks.wipe();
    wipe(this.#key, this.#counter, this.#firstBlocks);
  }

  #nextPacket(): void {
    for (let i = 11; i >= 4; i--) {
      const next = ((this.#counter[i] ?? 0) + 1) & 0xff;
      this.#counter[i] = next;
      if (next !== 0) break;
    }
    if (this.#firstBlocks.length === 0 || (this.#counter[11] ?? 0) % AHEAD !== 0) return;
    wipe(this.#firstBlocks);
    this.#firstBlocks = nothing;
  }

  /** The first `length` octets, from the packet's n-th block on. */
  #decipher(octets: Uint8Array, block: number, length = octets.length): Uint8Array {
    if (length <= LONGEST_OF_BLOCKS) {
      const out = this.#keyStream(block, length);
      // What follows, a MAC mostly, is copied along: cheaper than a view of the part.
      const copied = octets.length <= LONGEST_OF_BLOCKS ? octets : octets.subarray(0, length);
      mask.set(copied);
      const words = new Uint32Array(out.buffer, out.byteOffset, out.length / 4);
      for (let i = 0; i < words.length; i++) words[i] = (words[i] ?? 0) ^ (maskWords[i] ?? 0);
      mask.fill(0, 0, copied.length); // plain text of what is sent
      return length === out.length ? out : out.subarray(0, length);
    }
    this.#counter[14] = (block + 1) >>> 8;
    this.#counter[15] = block + 1;
    const cipher = this.#backend.aesCtr(this.#key, this.#counter);
    try {
      return cipher.update(length === octets.length ? octets : octets.subarray(0, length));
    } finally {
      cipher.wipe();
    }
  }

  /** Key stream from the packet's n-th block on, in whole blocks and in memory of its own. */
  #keyStream(block: number, length: number): Uint8Array {
    const end = (length + BLOCK - 1) & -BLOCK;
    for (let start = 0; start < end; start += BLOCK) this.#setCounterBlock(start, block + start / BLOCK + 1);
    return this.#blocks.update((counterViews[end / BLOCK] ??= counterBlocks.subarray(0, end)));
  }

  /** The first block of each packet whose counter differs from the present one in the last four bits only. */
  #makeFirstBlocks(): Uint8Array {
    const packet = (this.#counter[11] ?? 0) & -AHEAD;
    for (let i = 0; i < AHEAD; i++) {
      this.#setCounterBlock(i * BLOCK, 1);
      counterBlocks[i * BLOCK + 11] = packet + i;
    }
    return this.#blocks.update(counterBlocks.subarray(0, AHEAD * BLOCK));
  }

  /** Puts a counter block of the present packet at octet `start`. */
  #setCounterBlock(start: number, block: number): void {
    const word = start / 4;
    counterWords[word] = this.#counterWords[0] ?? 0;
    counterWords[word + 1] = this.#counterWords[1] ?? 0;
    counterWords[word + 2] = this.#counterWords[2] ?? 0;
    counterBlocks[start + 14] = block >>> 8;
    counterBlocks[start + 15] = block;
  }
}
