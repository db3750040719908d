import { cbc, ctr, ecb } from '@noble/ciphers/aes.js';
import { hmac as nobleHmac } from '@noble/hashes/hmac.js';
import { md5, sha1 } from '@noble/hashes/legacy.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { randomBytes } from '@noble/hashes/utils.js';
import { concat, constantTimeEqual, copyOf, wipe } from '../bytes.js';
import { SilcError } from '../errors.js';
import type {
  CipherStream,
  CryptoBackend,
  DiffieHellman,
  DiffieHellmanGroupName,
  HashName,
  HmacKey,
  RsaPrivateNumbers,
  RsaPublicNumbers,
} from './backend.js';
import { checkKeyLengths, checkWholeBlocks } from './cipher.js';
import {
  checkPeerValue,
  checkUnused,
  DIFFIE_HELLMAN_GENERATOR,
  groups,
  SECRET_EXPONENT_LENGTH,
} from './groups.js';
import { fromBigInt, modInverse, modPow, toBigInt } from './modular.js';
import { type1Block, type1Data, usablePublicNumbers } from './pkcs1.js';
import { checkRsaBits, rsaKeyOfJwk } from './rsa-numbers.js';
import { twofishCbc } from './twofish.js';

const hashFunctions = { sha256, sha1, md5 };
const BLOCK_LENGTH = 16;
const BLINDING_BITS = 64;

function aesCbc(direction: 'encrypt' | 'decrypt', key: Uint8Array, iv: Uint8Array): CipherStream {
  checkKeyLengths(key, iv);
  const ownKey = copyOf(key);
  let chained = copyOf(iv);
  let wiped = false;
  return {
    update(data) {
      if (wiped) throw new SilcError('usage', 'the cipher was wiped');
      checkWholeBlocks(data);
      if (data.length === 0) return new Uint8Array(0);
      const cipher = cbc(ownKey, chained, { disablePadding: true });
      const out = direction === 'encrypt' ? cipher.encrypt(data) : cipher.decrypt(data);
      chained = copyOf((direction === 'encrypt' ? out : data).subarray(-BLOCK_LENGTH));
      return out;
    },
    wipe() {
      wiped = true;
      wipe(ownKey, chained);
    },
  };
}

/** Adds `blocks` to the 128-bit big-endian number, in place. */
function advanceCounter(counter: Uint8Array, blocks: number): void {
  let carry = blocks;
  for (let i = counter.length - 1; i >= 0 && carry > 0; i--) {
    const sum = (counter[i] ?? 0) + carry;
    counter[i] = sum % 256;
    carry = Math.floor(sum / 256);
  }
}

function aesCtr(key: Uint8Array, counterBlock: Uint8Array): CipherStream {
  checkKeyLengths(key, counterBlock);
  const ownKey = copyOf(key);
  const counter = copyOf(counterBlock);
  let used = 0; // octets of the current counter's key stream block that are spent
  let wiped = false;
  return {
    update(data) {
      if (wiped) throw new SilcError('usage', 'the cipher was wiped');
      // The library starts at a block border: octets in front stand for the spent part of the block.
      const out = ctr(ownKey, counter)
        .encrypt(concat(new Uint8Array(used), data))
        .subarray(used);
      advanceCounter(counter, Math.floor((used + data.length) / BLOCK_LENGTH));
      used = (used + data.length) % BLOCK_LENGTH;
      return out;
    },
    wipe() {
      wiped = true;
      wipe(ownKey, counter);
    },
  };
}

function aesBlocks(key: Uint8Array): CipherStream {
  const ownKey = copyOf(key);
  let wiped = false;
  return {
    update(data) {
      if (wiped) throw new SilcError('usage', 'the cipher was wiped');
      checkWholeBlocks(data);
      return data.length === 0 ? new Uint8Array(0) : ecb(ownKey, { disablePadding: true }).encrypt(data);
    },
    wipe() {
      wiped = true;
      wipe(ownKey);
    },
  };
}

function hmacKey(name: HashName, key: Uint8Array): HmacKey {
  const keyed = nobleHmac.create(hashFunctions[name], key);
  return {
    sign: (head, message, length, out) =>
      out.set(keyed.clone().update(head).update(message.subarray(0, length)).digest()),
    wipe: () => keyed.destroy(),
  };
}

/**
 * BigInt calculates in variable time. The exponent is used for one exchange only, so nobody can collect timings of the
 * same one; still prefer the node backend where others share the machine.
 */
function diffieHellman(group: DiffieHellmanGroupName, secretExponent?: Uint8Array): DiffieHellman {
  let exponent = toBigInt(secretExponent ?? randomBytes(SECRET_EXPONENT_LENGTH));
  if (exponent === 0n) throw new SilcError('usage', 'a secret exponent of zero');
  const prime = BigInt(`0x${groups[group].prime}`);
  const publicValue = fromBigInt(modPow(BigInt(DIFFIE_HELLMAN_GENERATOR), exponent, prime));
  return {
    publicValue,
    computeSecret(peerPublicValue) {
      const peer = toBigInt(checkPeerValue(group, peerPublicValue));
      checkUnused(exponent === 0n);
      const secret = fromBigInt(modPow(peer, exponent, prime));
      exponent = 0n;
      return secret;
    },
  };
}

/** A random number of 1 … `bound` − 1 that is invertible, with its inverse: for blinding. */
function blindingPair(bound: bigint, length: number): { readonly factor: bigint; readonly inverse: bigint } {
  for (;;) {
    const factor = toBigInt(randomBytes(length)) % bound;
    const inverse = modInverse(factor, bound);
    if (inverse !== undefined) return { factor, inverse };
  }
}

function rsaRecoverBlock({ n, e }: RsaPublicNumbers, signature: Uint8Array): Uint8Array | undefined {
  if (!usablePublicNumbers({ n, e }) || signature.length !== n.length) return undefined;
  const [modulus, value] = [toBigInt(n), toBigInt(signature)];
  if (value >= modulus) return undefined;
  return type1Data(fromBigInt(modPow(value, toBigInt(e), modulus), n.length));
}

/**
 * The private operation by the Chinese remainder theorem. Against timing, the base is multiplied with a random r^e and
 * a random multiple of p−1 or q−1 is added to each exponent: BigInt's time then says nothing about the key. The result
 * is checked before it leaves, since one calculated with a fault gives away the primes.
 */
function rsaSignBlock(key: RsaPrivateNumbers, data: Uint8Array): Uint8Array {
  const block = type1Block(data, key.n.length);
  const [n, e, p, q] = [toBigInt(key.n), toBigInt(key.e), toBigInt(key.p), toBigInt(key.q)];
  if (!usablePublicNumbers(key) || p * q !== n)
    throw new SilcError('usage', 'the RSA private key is not usable');
  const { factor, inverse } = blindingPair(n, key.n.length);
  const blinded = (toBigInt(block) * modPow(factor, e, n)) % n;
  const mask = (prime: bigint): bigint => toBigInt(randomBytes(BLINDING_BITS / 8)) * (prime - 1n);
  const m1 = modPow(blinded, toBigInt(key.dp) + mask(p), p);
  const m2 = modPow(blinded, toBigInt(key.dq) + mask(q), q);
  const h = (((m1 - m2) % p) + p) * toBigInt(key.qi);
  const signature = fromBigInt(((m2 + (h % p) * q) * inverse) % n, key.n.length);
  const check = rsaRecoverBlock(key, signature);
  if (check === undefined || !constantTimeEqual(check, data)) {
    throw new SilcError('usage', 'the RSA private key is not usable');
  }
  return signature;
}

/** Made by Web Cryptography, which works on another thread. */
async function generateRsaKey(bits: number): Promise<RsaPrivateNumbers> {
  checkRsaBits(bits);
  const { privateKey } = await crypto.subtle.generateKey(
    {
      name: 'RSASSA-PKCS1-v1_5',
      modulusLength: bits,
      publicExponent: Uint8Array.of(1, 0, 1),
      hash: 'SHA-256',
    },
    true,
    ['sign', 'verify'],
  );
  return rsaKeyOfJwk(await crypto.subtle.exportKey('jwk', privateKey));
}

/**
 * Portable cryptography in JavaScript: @noble for hashes and AES, BigInt for RSA and Diffie-Hellman. It works where
 * OpenSSL's policy forbids an algorithm, and is the oracle of the tests. AES and Twofish by tables and BigInt are not
 * constant-time.
 */
export const nobleBackend: CryptoBackend = {
  name: 'noble',
  randomBytes: (length) => randomBytes(length),
  hash(name, ...parts) {
    const hash = hashFunctions[name].create();
    for (const part of parts) hash.update(part);
    return hash.digest();
  },
  hmac(name, key, ...parts) {
    const mac = nobleHmac.create(hashFunctions[name], key);
    for (const part of parts) mac.update(part);
    return mac.digest();
  },
  hmacKey,
  readAhead: 0,
  blockCbc: (family, direction, key, iv) =>
    family === 'aes' ? aesCbc(direction, key, iv) : twofishCbc(direction, key, iv),
  aesCtr,
  aesBlocks,
  diffieHellman,
  rsaSignBlock,
  rsaRecoverBlock,
  generateRsaKey,
};
