/**
 * The seam between the engine and its cryptography. Two implementations exist: `nodeBackend` (node:crypto, the hot
 * path) and `nobleBackend` (portable JavaScript). Every crypto test runs on both. All numbers are unsigned big-endian.
 */
/** Hash functions by wire name; `md5` is weak. */
export type HashName = 'sha256' | 'sha1' | 'md5';

/** RSA public numbers, minimal big-endian. */
export interface RsaPublicNumbers {
  readonly n: Uint8Array;
  readonly e: Uint8Array;
}

/** RSA private numbers in Chinese-remainder form; `qi` is q⁻¹ mod p. Minimal big-endian, secret. */
export interface RsaPrivateNumbers extends RsaPublicNumbers {
  readonly d: Uint8Array;
  readonly p: Uint8Array;
  readonly q: Uint8Array;
  readonly dp: Uint8Array;
  readonly dq: Uint8Array;
  readonly qi: Uint8Array;
}

/** A cipher whose state continues from call to call (CBC chaining, CTR key stream). No padding is ever added. */
export interface CipherStream {
  /** Same number of octets out as in. CBC wants a multiple of 16 and throws SilcError `usage` otherwise. */
  update(data: Uint8Array): Uint8Array;
  /** Overwrites the key as far as it is reachable: `update` throws afterwards. Copies inside a library may remain. */
  wipe(): void;
}

/** An HMAC key (RFC 2104) that is used for many messages. The key is copied. */
export interface HmacKey {
  /** Writes the MAC of `head` and the first `length` octets of `message` to the front of `out`, which has room for the whole digest. */
  sign(head: Uint8Array, message: Uint8Array, length: number, out: Uint8Array): void;
  /** Overwrites the key; the object is of no use afterwards. */
  wipe(): void;
}

/** Block ciphers of 16-octet blocks and keys of 16, 24 or 32 octets. */
export type CipherFamily = 'aes' | 'twofish';

/** One Diffie-Hellman half, for one use. `publicValue` and secrets are minimal big-endian (no leading zero octet). */
export interface DiffieHellman {
  readonly publicValue: Uint8Array;
  /**
   * The secret; the exponent is forgotten then, and overwritten as far as it is reachable.
   * @throws SilcError `key-exchange` when the peer's value is outside 2 … p−2; `usage` the second time
   */
  computeSecret(peerPublicValue: Uint8Array): Uint8Array;
}

/** Groups of 1024, 1536 and 2048 bits (draft ke-auth-09, 2.4). */
export type DiffieHellmanGroupName =
  'diffie-hellman-group1' | 'diffie-hellman-group2' | 'diffie-hellman-group3';

/** What the engine needs of a cryptographic library: `nodeBackend` or `nobleBackend`. */
export interface CryptoBackend {
  readonly name: 'node' | 'noble';
  /** From the system's generator. */
  randomBytes(length: number): Uint8Array;
  /** The hash of all parts, one after the other. */
  hash(name: HashName, ...parts: readonly Uint8Array[]): Uint8Array;
  /** Full-length HMAC (RFC 2104); truncation is the caller's (`hmac` in `algorithms.ts`). */
  hmac(name: HashName, key: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array;
  /** The same for many messages under one key. */
  hmacKey(name: HashName, key: Uint8Array): HmacKey;
  /**
   * So many octets are worth being decrypted in one call before it is known whether they are wanted; 0 where each octet
   * costs more than the call.
   */
  readonly readAhead: number;
  /** A block cipher in CBC mode, key 16, 24 or 32 octets, IV 16 octets. */
  blockCbc(
    family: CipherFamily,
    direction: 'encrypt' | 'decrypt',
    key: Uint8Array,
    iv: Uint8Array,
  ): CipherStream;
  /** AES in CTR mode: the first key stream block is AES(`counterBlock`), 128-bit big-endian increment after each block. */
  aesCtr(key: Uint8Array, counterBlock: Uint8Array): CipherStream;
  /** Bare AES encryption block by block: for key streams of short packets, without a cipher object for each. */
  aesBlocks(key: Uint8Array): CipherStream;
  /** A fresh half, or one of a given secret exponent (tests, vectors). */
  diffieHellman(group: DiffieHellmanGroupName, secretExponent?: Uint8Array): DiffieHellman;
  /** RSA private operation over a PKCS#1 v1.5 block of type 1 around `data`; result has the modulus' length. */
  rsaSignBlock(key: RsaPrivateNumbers, data: Uint8Array): Uint8Array;
  /** RSA public operation; the data inside a well-formed type 1 block, or undefined when it is not one. Never throws on hostile input. */
  rsaRecoverBlock(key: RsaPublicNumbers, signature: Uint8Array): Uint8Array | undefined;
  /** A new key pair, made off the event loop. e = 65537. */
  generateRsaKey(bits: number): Promise<RsaPrivateNumbers>;
}
