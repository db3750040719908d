import { copyOf, Reader, stripLeadingZeros, utf8, wipe, Writer } from '../bytes.js';
import { SilcError } from '../errors.js';
import type { RsaPrivateNumbers } from './backend.js';
import { MAX_MODULUS_BITS } from './pkcs1.js';
import { checkAlgorithm, RSA_ALGORITHM } from './public-key.js';
import { consistentPrivateNumbers, crtCoefficient } from './rsa-numbers.js';

/** Third field of a private key: how the key signs. Keys of before the marker existed begin with e at its place. */
const VERSION_MARKER = { 1: 0x82171273, 2: 0xf911a3d1 } as const;

/** Longest number inside: the modulus, with a zero octet in front as some encoders write it. */
const MAX_NUMBER_LENGTH = MAX_MODULUS_BITS / 8 + 1;

/** A private key as SILC stores it. The toolkit writes version 1 only, whatever the public key's identifier says. */
export interface SilcPrivateKey {
  readonly version: 1 | 2;
  readonly numbers: RsaPrivateNumbers;
}

/**
 * Decodes what is inside the encryption of a private key file: `algorithm length u16, "rsa", version marker u32`, then
 * `length u32, number` for e, n, d, dp, dq, qi, p, q. Without a marker it is the old layout e, n, d, dp, dq, two
 * unused, p, q.
 *
 * @throws SilcError `malformed` (also when the numbers do not belong together), `limit`, `unsupported`
 */
export function decodePrivateKey(bytes: Uint8Array): SilcPrivateKey {
  // The numbers are views of one copy: eight arrays of their own take twice the memory.
  const copy = copyOf(bytes);
  const reader = new Reader(copy);
  checkAlgorithm(reader.text16('private key algorithm', 255));
  const marker = new Reader(copy.subarray(reader.offset)).u32('private key version');
  const version = marker === VERSION_MARKER[2] ? 2 : 1;
  const old = version === 1 && marker !== VERSION_MARKER[1];
  if (!old) reader.u32('private key version');

  const number = (field: string): Uint8Array => stripLeadingZeros(reader.block32(field, MAX_NUMBER_LENGTH));
  const [e, n, d, dp, dq] = [number('e'), number('n'), number('d'), number('dp'), number('dq')];
  const coefficients = [number('qi')];
  if (old) coefficients.push(number('unused'));
  const [p, q] = [number('p'), number('q')];
  reader.end('private key');
  const [stored = new Uint8Array(0)] = coefficients;
  const numbers = { n, e, d, p, q, dp, dq, qi: old ? crtCoefficient(p, q) : stored };
  if (old) wipe(...coefficients);
  if (!consistentPrivateNumbers(numbers)) {
    throw new SilcError('malformed', 'the numbers of the private key do not belong together');
  }
  return { version, numbers };
}

/** The inner encoding, always of version 1 as the toolkit writes it. Secret: wipe it after use. */
export function encodePrivateKey(numbers: RsaPrivateNumbers): Uint8Array {
  const { e, n, d, dp, dq, qi, p, q } = numbers;
  const all = [e, n, d, dp, dq, qi, p, q].map(stripLeadingZeros);
  const algorithm = utf8(RSA_ALGORITHM);
  const length = all.reduce((sum, number) => sum + 4 + number.length, 2 + algorithm.length + 4);
  const writer = new Writer(length); // exact, so that no smaller buffer is left behind with secrets
  writer.block16(algorithm).u32(VERSION_MARKER[1]);
  for (const number of all) writer.block32(number);
  return writer.finish();
}
