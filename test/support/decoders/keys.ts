import { concat, utf8 } from '../../../src/silc/bytes.js';
import { fromBase64 } from '../../../src/silc/crypto/base64.js';
import { nodeBackend } from '../../../src/silc/crypto/backend-node.js';
import { keyFileKind } from '../../../src/silc/crypto/foreign-key.js';
import {
  keyFileForm,
  readPrivateKeyFile,
  readPublicKeyFile,
  writePrivateKeyFile,
  writePublicKeyFile,
} from '../../../src/silc/crypto/key-file.js';
import { decodeKeyPair, encodeKeyPair } from '../../../src/silc/crypto/key-pair.js';
import { decodePrivateKey, encodePrivateKey } from '../../../src/silc/crypto/private-key.js';
import { decodePublicKey, formatIdentifier, parseIdentifier } from '../../../src/silc/crypto/public-key.js';
import { decodeText } from '../../../src/silc/packets/text.js';
import { testKeyPair } from '../keys.js';
import { block16, repeated, u32, type DecoderRow } from './row.js';

const pair = testKeyPair('k1024v1');
const { publicKey, privateKey } = pair;
const encodedPair = encodeKeyPair(pair);

const inFile = (kind: string, body: (size: number) => Uint8Array) => (size: number) =>
  concat(
    utf8(`-----BEGIN SILC ${kind} KEY-----\n`),
    body(size - 80),
    utf8(`\n-----END SILC ${kind} KEY-----\n`),
  );
const fileWorst = (kind: string): DecoderRow['worst'] => ({
  base64: inFile(kind, (size) => repeated('A', size)),
  'line ends': inFile(kind, (size) => repeated('\n', size)),
  'last lines': inFile(kind, (size) => repeated(`\n-----END SILC ${kind} KEY-----`, size)),
  'last lines with blanks': inFile(kind, (size) =>
    repeated(`\n-----END SILC ${kind} KEY-----${' '.repeat(500)}`, size),
  ),
  'first lines': (size) => repeated('-----BEGIN ', size),
});

const identifierWorst = {
  commas: (size: number) => repeated(',', size),
  'escaped commas': (size: number) => repeated('\\,', size),
  'the same field': (size: number) => repeated('UN=a,', size),
  blanks: (size: number) => repeated(' ', size),
};
const keyWith = (identifier: (size: number) => Uint8Array) => (size: number) => {
  const names = block16(identifier(Math.min(size, 65_000) - 20));
  const body = concat(block16(utf8('rsa')), names, u32(1), Uint8Array.of(3), u32(0));
  return concat(u32(body.length), body);
};

/** Decoders of keys and key files. */
export const keyRows: readonly DecoderRow[] = [
  {
    what: 'public key',
    of: decodePublicKey,
    decode: decodePublicKey,
    sample: publicKey.encoded,
    worst: Object.fromEntries(
      Object.entries(identifierWorst).map(([what, octets]) => [`identifier of ${what}`, keyWith(octets)]),
    ),
  },
  {
    what: 'identifier',
    of: parseIdentifier,
    decode: (octets) => parseIdentifier(decodeText(octets)),
    sample: utf8(formatIdentifier(publicKey.identifier)),
    worst: identifierWorst,
  },
  {
    what: 'private key',
    of: decodePrivateKey,
    decode: decodePrivateKey,
    sample: encodePrivateKey(privateKey),
  },
  {
    what: 'stored key pair',
    of: decodeKeyPair,
    decode: (octets) => decodeKeyPair({ publicKey: encodedPair.publicKey, privateKey: octets }),
    sample: encodedPair.privateKey,
  },
  {
    what: 'base64',
    of: fromBase64,
    decode: (octets) => fromBase64(decodeText(octets)),
    sample: utf8('AAECAw=='),
  },
  {
    what: 'public key file',
    of: readPublicKeyFile,
    decode: readPublicKeyFile,
    sample: writePublicKeyFile(publicKey),
    worst: fileWorst('PUBLIC'),
  },
  {
    what: 'private key file',
    of: readPrivateKeyFile,
    decode: (octets) => readPrivateKeyFile(nodeBackend, octets, 'words'),
    sample: writePrivateKeyFile(nodeBackend, privateKey, 'words'),
    worst: fileWorst('PRIVATE'),
  },
  {
    what: 'key file, its kind',
    of: keyFileForm,
    decode: keyFileForm,
    sample: writePublicKeyFile(publicKey),
    worst: fileWorst('PUBLIC'),
  },
  {
    what: 'foreign key file',
    of: keyFileKind,
    decode: (octets) => keyFileKind(decodeText(octets)),
    sample: utf8('-----BEGIN PUBLIC KEY-----'),
    worst: fileWorst('PUBLIC'),
  },
];
