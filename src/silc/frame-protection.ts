import { hmacs, ciphers, type CipherName, type HmacName } from './crypto/algorithms.js';
import type { CryptoBackend, HmacKey } from './crypto/backend.js';
import { SilcError } from './errors.js';
import { blockPadding, HEADER_LENGTH } from './frame-layout.js';
import { ChainedCipher, clearCipher, CounterCipher, type PacketCipher } from './frame-ciphers.js';

/** Keys of one direction of a connection. The arrays are copied: the caller wipes its own. */
export interface DirectionKeys {
  readonly cipher: CipherName;
  readonly hmac: HmacName;
  readonly encryptionKey: Uint8Array;
  /**
   * 16 octets. CBC: the first IV. CTR: counter block before the first packet, `hash 4 | packet counter 8 | 0 4`; the
   * packet counter is incremented before each packet.
   */
  readonly iv: Uint8Array;
  readonly hmacKey: Uint8Array;
}

/** What is done to every packet of one direction. The clear phase before the keys has one too, which does nothing. */
export interface PacketProtection {
  readonly cipher: PacketCipher;
  /** Octets a receiver decrypts before it knows the length of the packet. */
  readonly firstRun: number;
  /** The encrypted part must be a multiple of this. */
  readonly blockLength: number;
  readonly macLength: number;
  /** How much a packet moves the sequence number: packets in the clear do not count. */
  readonly sequenceStep: 0 | 1;
  /** Octets of padding for an encrypted part of `length` octets. */
  padding(length: number): number;
  /** Puts the MAC over sequence number and the first `length` octets of a packet as it is sent behind these. */
  sign(sequence: number, wire: Uint8Array, length: number): void;
  /** Whether the MAC behind the first `length` octets is the right one; in constant time. */
  verify(sequence: number, wire: Uint8Array, length: number): boolean;
  /** Overwrites the keys; the object is of no use afterwards. */
  wipe(): void;
}

/** No cipher, no MAC: the packets of the key exchange. Padding is the same as with a block cipher. */
export const clearProtection: PacketProtection = {
  firstRun: HEADER_LENGTH,
  blockLength: 1,
  macLength: 0,
  sequenceStep: 0,
  padding: blockPadding,
  cipher: clearCipher,
  sign: () => undefined,
  verify: () => true,
  wipe: () => undefined,
};

/** Where MACs are made before they are cut to their length. */
const digest = new Uint8Array(32);
const sequenceOctets = new Uint8Array(4);

class KeyedProtection implements PacketProtection {
  readonly cipher: PacketCipher;
  readonly firstRun = 16;
  readonly blockLength: number;
  readonly macLength: number;
  readonly sequenceStep = 1;
  readonly #hmac: HmacKey;

  constructor(backend: CryptoBackend, keys: DirectionKeys, direction: 'encrypt' | 'decrypt') {
    const { keyLength, mode } = ciphers[keys.cipher];
    if (keys.encryptionKey.length !== keyLength) {
      throw new SilcError('usage', `${keys.cipher} with a key of ${keys.encryptionKey.length} octets`);
    }
    const { hash, length } = hmacs[keys.hmac];
    this.cipher =
      mode === 'cbc' ? new ChainedCipher(backend, keys, direction) : new CounterCipher(backend, keys);
    this.blockLength = mode === 'cbc' ? 16 : 1;
    this.macLength = length;
    this.#hmac = backend.hmacKey(hash, keys.hmacKey);
  }

  /** A toolkit that gets fewer octets than a block dies of it; only packets without IDs can be so short. */
  padding(length: number): number {
    return this.blockLength === 1 ? Math.max(0, 16 - length) : blockPadding(length);
  }

  sign(sequence: number, wire: Uint8Array, length: number): void {
    this.#digest(sequence, wire, length);
    for (let i = 0; i < this.macLength; i++) wire[length + i] = digest[i] ?? 0;
  }

  verify(sequence: number, wire: Uint8Array, length: number): boolean {
    this.#digest(sequence, wire, length);
    let difference = 0;
    for (let i = 0; i < this.macLength; i++) difference |= (digest[i] ?? 0) ^ (wire[length + i] ?? 0);
    return difference === 0;
  }

  wipe(): void {
    this.#hmac.wipe();
    this.cipher.wipe();
  }

  #digest(sequence: number, wire: Uint8Array, length: number): void {
    sequenceOctets[0] = sequence >>> 24;
    sequenceOctets[1] = sequence >>> 16;
    sequenceOctets[2] = sequence >>> 8;
    sequenceOctets[3] = sequence;
    this.#hmac.sign(sequenceOctets, wire, length, digest);
  }
}

/** Protection by the keys of one direction. @throws SilcError `usage` where a length does not fit the cipher. */
export function keyedProtection(
  backend: CryptoBackend,
  keys: DirectionKeys,
  direction: 'encrypt' | 'decrypt',
): PacketProtection {
  return new KeyedProtection(backend, keys, direction);
}
