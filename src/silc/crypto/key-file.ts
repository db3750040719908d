import { concat, constantTimeEqual, fromLatin1, Reader, utf8, wipe, Writer } from '../bytes.js';
import { SilcError } from '../errors.js';
import { hmac, hmacs } from './algorithms.js';
import type { CryptoBackend, RsaPrivateNumbers } from './backend.js';
import { fromBase64, toBase64Lines } from './base64.js';
import { createCipher } from './cipher.js';
import { keyFileKind } from './foreign-key.js';
import { decodePrivateKey, encodePrivateKey, type SilcPrivateKey } from './private-key.js';
import { decodePublicKey, type SilcPublicKey } from './public-key.js';

/**
 * Key files of SILC clients and servers: `-----BEGIN SILC … KEY-----`, a body in base64 or binary, `-----END …`.
 * Public keys stand in the clear; a private key is encrypted with a passphrase, which may be empty.
 */
export type KeyFileEncoding = 'binary' | 'base64';

/** Larger than the file of a 16384-bit private key in base64. */
const MAX_FILE_LENGTH = 64 * 1024;

const PRIVATE_KEY_MAGIC = 0x738df531;
const KEY_CIPHER = 'aes-256-cbc';
const KEY_HMAC = 'hmac-sha1-96';
const BLOCK_LENGTH = 16;

type Kind = 'PUBLIC' | 'PRIVATE';

/** What stands in a key file, as far as its first lines tell. */
export interface KeyFileForm {
  readonly kind: 'public' | 'private';
  readonly encoding: KeyFileEncoding;
}

/**
 * Kind and encoding of a SILC key file, without decoding the key.
 * @throws SilcError `unsupported` when it is a key of another program, which the error names; `malformed`, `limit`
 */
export function keyFileForm(file: Uint8Array): KeyFileForm {
  const text = fileText(file);
  const kind = (['PUBLIC', 'PRIVATE'] as const).find((candidate) => beginOf(text, candidate) !== null);
  if (kind === undefined) throw notThis(text, 'a SILC key');
  const body = fileBody(file, kind);
  const binary = kind === 'PUBLIC' ? body[0] === 0 : hasMagic(body);
  return { kind: kind === 'PUBLIC' ? 'public' : 'private', encoding: binary ? 'binary' : 'base64' };
}

/**
 * Reads a public key file.
 * @throws SilcError `unsupported` when it is a key of another kind, which the error names; `malformed`, `limit`
 */
export function readPublicKeyFile(file: Uint8Array): SilcPublicKey {
  const body = fileBody(file, 'PUBLIC');
  // A binary body begins with the upper octet of a length; no base64 digit is a zero octet.
  return decodePublicKey(body[0] === 0 ? body : fromBase64(fromLatin1(body)));
}

/** A public key file, base64 unless told. */
export function writePublicKeyFile(key: SilcPublicKey, encoding: KeyFileEncoding = 'base64'): Uint8Array {
  return writeFile('PUBLIC', key.encoded, encoding);
}

/**
 * Reads and decrypts a private key file.
 *
 * @param passphrase text (its UTF-8 octets count) or octets; empty where the file has none
 * @throws SilcError `authentication` when the passphrase is wrong or the file was changed; `unsupported` when it is a key
 *   of another kind, which the error names; `malformed`, `limit`
 */
export function readPrivateKeyFile(
  backend: CryptoBackend,
  file: Uint8Array,
  passphrase: string | Uint8Array,
): SilcPrivateKey {
  const body = fileBody(file, 'PRIVATE');
  const sealed = hasMagic(body) ? body : fromBase64(fromLatin1(body));
  if (!hasMagic(sealed)) throw new SilcError('malformed', 'not an encrypted SILC private key');

  const macLength = hmacs[KEY_HMAC].length;
  const ciphertext = sealed.subarray(4, Math.max(4, sealed.length - macLength));
  if (ciphertext.length === 0 || ciphertext.length % BLOCK_LENGTH !== 0) {
    throw new SilcError('malformed', 'private key file is cut short');
  }
  const keys = fileKeys(backend, passphrase);
  try {
    const mac = hmac(backend, KEY_HMAC, keys.hmacKey, sealed.subarray(0, sealed.length - macLength));
    if (!constantTimeEqual(mac, sealed.subarray(sealed.length - macLength))) {
      throw new SilcError('authentication', 'private key file: wrong passphrase, or the file is damaged');
    }
    const zeroIv = new Uint8Array(BLOCK_LENGTH);
    const cipher = createCipher(backend, KEY_CIPHER, 'decrypt', keys.encryptionKey, zeroIv);
    const plain = cipher.update(ciphertext);
    cipher.wipe();
    try {
      return decodePrivateKey(new Reader(plain).block32('private key', MAX_FILE_LENGTH));
    } finally {
      wipe(plain);
    }
  } finally {
    wipe(keys.encryptionKey, keys.hmacKey);
  }
}

/** Encrypts a private key into a file, with a binary body unless told: what SILC clients write and read. */
export function writePrivateKeyFile(
  backend: CryptoBackend,
  key: RsaPrivateNumbers,
  passphrase: string | Uint8Array,
  encoding: KeyFileEncoding = 'binary',
): Uint8Array {
  const blob = encodePrivateKey(key);
  const padding = backend.randomBytes(paddingLength(blob.length, encoding));
  const plain = concat(new Writer(4).u32(blob.length).finish(), blob, padding);
  const keys = fileKeys(backend, passphrase);
  try {
    const zeroIv = new Uint8Array(BLOCK_LENGTH);
    const cipher = createCipher(backend, KEY_CIPHER, 'encrypt', keys.encryptionKey, zeroIv);
    const ciphertext = cipher.update(plain);
    cipher.wipe();
    const sealed = concat(new Writer(4).u32(PRIVATE_KEY_MAGIC).finish(), ciphertext);
    return writeFile('PRIVATE', concat(sealed, hmac(backend, KEY_HMAC, keys.hmacKey, sealed)), encoding);
  } finally {
    wipe(blob, plain, keys.encryptionKey, keys.hmacKey);
  }
}

/**
 * 17 to 32 octets fill up to whole blocks. A body in base64 gets a block more where it would end without `=`: there the
 * toolkit reads on into the last line, and refuses the file.
 */
function paddingLength(blobLength: number, encoding: KeyFileEncoding): number {
  const padding = 2 * BLOCK_LENGTH - ((4 + blobLength) % BLOCK_LENGTH);
  const bodyLength = 8 + blobLength + padding + hmacs[KEY_HMAC].length;
  return encoding === 'base64' && bodyLength % 3 === 0 ? padding + BLOCK_LENGTH : padding;
}

/** k1 = SHA1(passphrase), k2 = SHA1(passphrase || k1[0..16)): the layout of the file has no salt and no iterations. */
function fileKeys(
  backend: CryptoBackend,
  passphrase: string | Uint8Array,
): { readonly encryptionKey: Uint8Array; readonly hmacKey: Uint8Array } {
  const octets = typeof passphrase === 'string' ? utf8(passphrase) : passphrase;
  const k1 = backend.hash('sha1', octets);
  const hmacKey = k1.slice(0, 16);
  const k2 = backend.hash('sha1', octets, hmacKey);
  const encryptionKey = concat(hmacKey, k2.subarray(0, 16));
  wipe(k1, k2);
  if (typeof passphrase === 'string') wipe(octets);
  return { encryptionKey, hmacKey };
}

function hasMagic(body: Uint8Array): boolean {
  return body.length >= 4 && new Reader(body).u32('magic') === PRIVATE_KEY_MAGIC;
}

function writeFile(kind: Kind, body: Uint8Array, encoding: KeyFileEncoding): Uint8Array {
  return concat(
    utf8(`-----BEGIN SILC ${kind} KEY-----\n`),
    encoding === 'binary' ? body : utf8(toBase64Lines(body)),
    utf8(`\n-----END SILC ${kind} KEY-----\n`),
  );
}

/**
 * What stands between the marker lines. Exactly one line feed belongs to each: a binary body may end with any octet.
 * Blanks may follow the last line.
 */
function fileBody(file: Uint8Array, kind: Kind): Uint8Array {
  const text = fileText(file);
  const begin = beginOf(text, kind);
  if (begin === null) throw notThis(text, `a SILC ${kind.toLowerCase()} key`);
  const end = new RegExp(`\\n-----END SILC ${kind} KEY-----\\s*$`).exec(text);
  if (end === null || end.index < begin[0].length) {
    throw new SilcError('malformed', `SILC ${kind.toLowerCase()} key file without its last line`);
  }
  return file.subarray(begin[0].length, end.index);
}

function beginOf(text: string, kind: Kind): RegExpExecArray | null {
  return new RegExp(`^-----BEGIN SILC ${kind} KEY-----\\r?\\n`).exec(text);
}

/** Says what the file is instead, where that can be seen. */
function notThis(text: string, wanted: string): SilcError {
  const found = keyFileKind(text);
  if (found === undefined || found === wanted) return new SilcError('malformed', `not ${wanted} file`);
  const code = found.startsWith('a SILC') ? 'malformed' : 'unsupported';
  return new SilcError(code, `this is ${found}, where ${wanted} is wanted`);
}

/** The file with one character an octet. @throws SilcError `limit` */
function fileText(file: Uint8Array): string {
  if (file.length > MAX_FILE_LENGTH) throw new SilcError('limit', `key file of ${file.length} octets`);
  return fromLatin1(file);
}
