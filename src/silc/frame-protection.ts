import { hmac, hmacs, ciphers, type CipherName, type HmacName } from './crypto/algorithms.js';
import type { CipherStream, CryptoBackend } from './crypto/backend.js';
import { createCipher } from './crypto/cipher.js';
import { SilcError } from './errors.js';
import { blockPadding, HEADER_LENGTH } from './frame-layout.js';
import { wipe } from './bytes.js';

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
  /** Octets a receiver decrypts before it knows the length of the packet. */
  readonly firstRun: number;
  /** The encrypted part must be a multiple of this. */
  readonly blockLength: number;
  readonly macLength: number;
  /** How much a packet moves the sequence number: packets in the clear do not count. */
  readonly sequenceStep: 0 | 1;
  /** Octets of padding for an encrypted part of `length` octets. */
  padding(length: number): number;
  /** The cipher of the next packet. To be called once for each, in order. */
  nextPacket(): CipherStream;
  /** MAC over sequence number and the packet as it is sent. */
  mac(sequence: number, wire: Uint8Array): Uint8Array;
  /** Overwrites the keys; the object is of no use afterwards. */
  wipe(): void;
}

const identity: CipherStream = { update: (data) => new Uint8Array(data), wipe: () => undefined };
const noMac = new Uint8Array(0);

/** No cipher, no MAC: the packets of the key exchange. Padding is the same as with a block cipher. */
export const clearProtection: PacketProtection = {
  firstRun: HEADER_LENGTH,
  blockLength: 1,
  macLength: 0,
  sequenceStep: 0,
  padding: blockPadding,
  nextPacket: () => identity,
  mac: () => noMac,
  wipe: () => undefined,
};

/** Protection by the keys of one direction. @throws SilcError `usage` where a length does not fit the cipher. */
export function keyedProtection(
  backend: CryptoBackend,
  keys: DirectionKeys,
  direction: 'encrypt' | 'decrypt',
): PacketProtection {
  if (keys.encryptionKey.length !== ciphers[keys.cipher].keyLength) {
    throw new SilcError('usage', `${keys.cipher} with a key of ${keys.encryptionKey.length} octets`);
  }
  const hmacKey = new Uint8Array(keys.hmacKey);
  const sequenceOctets = new Uint8Array(4);
  const sequenceView = new DataView(sequenceOctets.buffer);
  const macOf = {
    macLength: hmacs[keys.hmac].length,
    sequenceStep: 1,
    mac(sequence: number, wire: Uint8Array): Uint8Array {
      sequenceView.setUint32(0, sequence);
      return hmac(backend, keys.hmac, hmacKey, sequenceOctets, wire);
    },
  } as const;

  if (ciphers[keys.cipher].mode === 'cbc') {
    // One stream for the whole connection: the last block of a packet is the IV of the next one.
    const stream = createCipher(backend, keys.cipher, direction, keys.encryptionKey, keys.iv);
    return {
      ...macOf,
      firstRun: 16,
      blockLength: 16,
      padding: blockPadding,
      nextPacket: () => stream,
      wipe() {
        wipe(hmacKey);
        stream.wipe();
      },
    };
  }
  const encryptionKey = new Uint8Array(keys.encryptionKey);
  const counterBlock = new Uint8Array(keys.iv);
  return {
    ...macOf,
    firstRun: HEADER_LENGTH,
    blockLength: 1,
    // A toolkit that gets fewer octets than a block dies of it; only packets without IDs can be so short.
    padding: (length) => Math.max(0, 16 - length),
    nextPacket() {
      incrementPacketCounter(counterBlock);
      return createCipher(backend, keys.cipher, direction, encryptionKey, counterBlock);
    },
    wipe: () => wipe(hmacKey, encryptionKey, counterBlock),
  };
}

/** Octets 4 to 11 count packets, 12 to 15 the blocks within a packet, from 1. */
function incrementPacketCounter(counterBlock: Uint8Array): void {
  counterBlock.fill(0, 12);
  for (let i = 11; i >= 4; i--) {
    const next = ((counterBlock[i] ?? 0) + 1) & 0xff;
    counterBlock[i] = next;
    if (next !== 0) return;
  }
}
