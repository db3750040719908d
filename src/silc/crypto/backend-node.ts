import {
  createCipheriv,
  createDecipheriv,
  createDiffieHellman,
  createHash,
  createPrivateKey,
  createPublicKey,
  constants,
  generateKeyPair,
  hash,
  privateEncrypt,
  publicDecrypt,
  randomBytes,
  type Cipher,
  type Decipher,
  type DiffieHellman as NodeDiffieHellman,
  type KeyObject,
} from 'node:crypto';
import { promisify } from 'node:util';
import { copyOf, stripLeadingZeros } from '../bytes.js';
import { SilcError } from '../errors.js';
import type {
  CipherStream,
  CryptoBackend,
  DiffieHellman,
  DiffieHellmanGroupName,
  RsaPrivateNumbers,
  RsaPublicNumbers,
} from './backend.js';
import { checkKeyLengths, checkWholeBlocks } from './cipher.js';
import { hmacOnce, NodeHmacKey } from './hmac-node.js';
import {
  checkPeerValue,
  checkUnused,
  DIFFIE_HELLMAN_GENERATOR,
  groups,
  SECRET_EXPONENT_LENGTH,
} from './groups.js';
import { TYPE1_OVERHEAD, type1Data, usablePublicNumbers } from './pkcs1.js';
import { checkRsaBits, consistentPrivateNumbers, rsaKeyOfJwk } from './rsa-numbers.js';
import { twofishCbc } from './twofish.js';

const generateRsaKeyPair = promisify(generateKeyPair);

/** A view as a plain Uint8Array: a Buffer's own `slice` would share memory where a copy is expected. */
function plain(buffer: Buffer): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length);
}

function base64url(number: Uint8Array): string {
  return Buffer.from(number.buffer, number.byteOffset, number.length).toString('base64url');
}

/**
 * Group objects, built once: OpenSSL tests the primality of the 1024-bit prime in the constructor, for tens of
 * milliseconds. They are shared, so each use sets its own exponent and finishes without an await.
 */
const groupObjects = new Map<DiffieHellmanGroupName, NodeDiffieHellman>();

function withExponent<T>(
  group: DiffieHellmanGroupName,
  exponent: Uint8Array,
  use: (object: NodeDiffieHellman) => T,
): T {
  let object = groupObjects.get(group);
  if (object === undefined) {
    object = createDiffieHellman(Buffer.from(groups[group].prime, 'hex'), DIFFIE_HELLMAN_GENERATOR);
    groupObjects.set(group, object);
  }
  try {
    object.setPrivateKey(exponent);
    return use(object);
  } finally {
    object.setPrivateKey(Uint8Array.of(1)); // no session's exponent outlives its use
  }
}

function diffieHellman(group: DiffieHellmanGroupName, secretExponent?: Uint8Array): DiffieHellman {
  const exponent =
    secretExponent === undefined ? plain(randomBytes(SECRET_EXPONENT_LENGTH)) : copyOf(secretExponent);
  if (stripLeadingZeros(exponent).length === 0) throw new SilcError('usage', 'a secret exponent of zero');
  let used = false;
  const publicValue = withExponent(group, exponent, (object) =>
    stripLeadingZeros(plain(object.generateKeys())),
  );
  return {
    publicValue,
    computeSecret(peerPublicValue) {
      const peer = checkPeerValue(group, peerPublicValue);
      checkUnused(used);
      used = true;
      try {
        return withExponent(group, exponent, (object) => {
          const padded = plain(object.computeSecret(peer));
          const secret = stripLeadingZeros(padded).slice();
          padded.fill(0);
          return secret;
        });
      } finally {
        exponent.fill(0);
      }
    },
  };
}

/**
 * Key objects that are kept: of twice as many as log in at once. Each holds about 8 KiB outside of the heap, more than the rest of
 * the key, and takes a millisecond to make; most keys sign once, at the login.
 */
const MAX_KEY_OBJECTS = 64;
/** By private numbers, for as long as the numbers themselves live. */
const privateKeys = new WeakMap<RsaPrivateNumbers, KeyObject>();
/** Whose key objects there are, oldest first. */
const keptKeys: WeakRef<RsaPrivateNumbers>[] = [];

function privateKeyObject(key: RsaPrivateNumbers): KeyObject {
  const known = privateKeys.get(key);
  if (known !== undefined) return known;
  // OpenSSL would sign with numbers that do not fit each other, and the result would be nonsense.
  if (!consistentPrivateNumbers(key)) throw new SilcError('usage', 'the RSA private key is not usable');
  const object = createPrivateKey({
    format: 'jwk',
    key: {
      kty: 'RSA',
      n: base64url(key.n),
      e: base64url(key.e),
      d: base64url(key.d),
      p: base64url(key.p),
      q: base64url(key.q),
      dp: base64url(key.dp),
      dq: base64url(key.dq),
      qi: base64url(key.qi),
    },
  });
  privateKeys.set(key, object);
  if (keptKeys.push(new WeakRef(key)) > MAX_KEY_OBJECTS) {
    const oldest = keptKeys.shift()?.deref();
    if (oldest !== undefined) privateKeys.delete(oldest);
  }
  return object;
}

function rsaRecoverBlock(key: RsaPublicNumbers, signature: Uint8Array): Uint8Array | undefined {
  if (!usablePublicNumbers(key) || signature.length !== key.n.length) return undefined;
  try {
    const object = createPublicKey({
      format: 'jwk',
      key: { kty: 'RSA', n: base64url(key.n), e: base64url(key.e) },
    });
    return type1Data(plain(publicDecrypt({ key: object, padding: constants.RSA_NO_PADDING }, signature)));
  } catch {
    return undefined; // OpenSSL refuses the number, for instance one that is not below the modulus
  }
}

async function generateRsaKey(bits: number): Promise<RsaPrivateNumbers> {
  checkRsaBits(bits);
  const { privateKey } = await generateRsaKeyPair('rsa', { modulusLength: bits, publicExponent: 0x10001 });
  return rsaKeyOfJwk(privateKey.export({ format: 'jwk' }));
}

/** A cipher of OpenSSL. A class, because under CTR every packet has one of its own. */
class NodeCipher implements CipherStream {
  readonly #cipher: Cipher | Decipher;

  constructor(cipher: Cipher | Decipher) {
    this.#cipher = cipher;
  }

  update(data: Uint8Array): Uint8Array {
    return plain(this.#cipher.update(data));
  }

  /** The end of a cipher frees OpenSSL's context, which overwrites the key schedule. A second end is an error. */
  wipe(): void {
    try {
      this.#cipher.final();
    } catch {
      // it was wiped before
    }
  }
}

/** CBC that chains the IV from call to call. */
class NodeBlockCipher extends NodeCipher {
  override update(data: Uint8Array): Uint8Array {
    checkWholeBlocks(data);
    return super.update(data);
  }
}

function aesCbc(direction: 'encrypt' | 'decrypt', key: Uint8Array, iv: Uint8Array): CipherStream {
  checkKeyLengths(key, iv);
  const name = `aes-${key.length * 8}-cbc`;
  const cipher = direction === 'encrypt' ? createCipheriv(name, key, iv) : createDecipheriv(name, key, iv);
  cipher.setAutoPadding(false); // no block is kept back
  return new NodeBlockCipher(cipher);
}

function aesCtr(key: Uint8Array, counterBlock: Uint8Array): CipherStream {
  checkKeyLengths(key, counterBlock);
  return new NodeCipher(createCipheriv(`aes-${key.length * 8}-ctr`, key, counterBlock));
}

/** Bare AES: OpenSSL's ECB mode. */
function aesBlocks(key: Uint8Array): CipherStream {
  const cipher = createCipheriv(`aes-${key.length * 8}-ecb`, key, null);
  cipher.setAutoPadding(false); // no block is kept back
  return new NodeBlockCipher(cipher);
}

/** Cryptography by node:crypto (OpenSSL). Secret exponents are handled by OpenSSL's constant-time code. */
export const nodeBackend: CryptoBackend = {
  name: 'node',
  randomBytes: (length) => plain(randomBytes(length)),
  hash(name, ...parts) {
    const [only] = parts;
    if (only !== undefined && parts.length === 1) return plain(hash(name, only, 'buffer'));
    const whole = createHash(name);
    for (const part of parts) whole.update(part);
    return plain(whole.digest());
  },
  hmac: (name, key, ...parts) => hmacOnce(name, key, parts),
  hmacKey: (name, key) => new NodeHmacKey(name, key),
  readAhead: 2048,
  blockCbc: (family, direction, key, iv) =>
    family === 'aes' ? aesCbc(direction, key, iv) : twofishCbc(direction, key, iv),
  aesCtr,
  aesBlocks,
  diffieHellman,
  rsaSignBlock(key, data) {
    if (data.length > key.n.length - TYPE1_OVERHEAD) {
      throw new SilcError('usage', `${data.length} octets do not fit an RSA block of ${key.n.length}`);
    }
    try {
      return plain(
        privateEncrypt({ key: privateKeyObject(key), padding: constants.RSA_PKCS1_PADDING }, data),
      );
    } catch {
      // Without the cause: OpenSSL's errors are about the private numbers.
      throw new SilcError('usage', 'the RSA private key is not usable');
    }
  },
  rsaRecoverBlock,
  generateRsaKey,
};
