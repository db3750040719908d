import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concat, fromUtf8, toHex, utf8 } from '../../../src/silc/bytes.js';
import { SilcError } from '../../../src/silc/errors.js';
import { toBase64Lines } from '../../../src/silc/crypto/base64.js';
import {
  keyFileForm,
  readPrivateKeyFile,
  readPublicKeyFile,
  writePrivateKeyFile,
  writePublicKeyFile,
} from '../../../src/silc/crypto/key-file.js';
import { nodeBackend } from '../../../src/silc/crypto/backend-node.js';
import { decodePrivateKey, encodePrivateKey } from '../../../src/silc/crypto/private-key.js';
import { encodePublicKey } from '../../../src/silc/crypto/public-key.js';
import { backends, testKey } from './support.js';

const { numbers, file, passphrase } = testKey('k1024v2');
const publicKey = encodePublicKey({ UN: 'alice', HN: 'host' }, numbers);
const encodings = ['binary', 'base64'] as const;
const code = (value: string): unknown => expect.objectContaining({ name: 'SilcError', code: value });

describe('a public key file', () => {
  test.each(encodings)('in %s survives being written and read', (encoding) => {
    expect(readPublicKeyFile(writePublicKeyFile(publicKey, encoding))).toEqual(publicKey);
  });

  test('with other line breaks is read', () => {
    const text = fromUtf8(writePublicKeyFile(publicKey));
    expect(readPublicKeyFile(utf8(text.replaceAll('\n', '\r\n')))).toEqual(publicKey);
    expect(readPublicKeyFile(utf8(`${text}\n \n`))).toEqual(publicKey);
    expect(readPublicKeyFile(utf8(text.trimEnd()))).toEqual(publicKey);
  });

  test.each(encodings)('in %s cut at any place is refused with a typed error', (encoding) => {
    const whole = writePublicKeyFile(publicKey, encoding);
    for (let length = 0; length < whole.length - 1; length++) {
      expect(() => readPublicKeyFile(whole.subarray(0, length)), `${length}`).toThrow(SilcError);
    }
  });

  test('of the wrong kind, or without end, is refused', () => {
    expect(() => readPublicKeyFile(file)).toThrow(code('malformed'));
    expect(() => readPublicKeyFile(utf8('-----BEGIN SILC PUBLIC KEY-----\n'))).toThrow(code('malformed'));
    expect(() => readPublicKeyFile(new Uint8Array(70_000))).toThrow(code('limit'));
  });

  test('has lines of 71 characters, for bodies of every length', () => {
    for (const length of [0, 1, 52, 53, 54, 107, 300]) {
      const lines = toBase64Lines(new Uint8Array(length).fill(0xa5)).split('\n');
      for (const line of lines.slice(0, -1)) expect(line).toHaveLength(71);
      expect(lines.at(-1)?.length).toBeLessThanOrEqual(71);
    }
  });
});

describe('a file that is no SILC key', () => {
  const others: readonly (readonly [string | Uint8Array, string])[] = [
    ['-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXk', 'an OpenSSH private key'],
    ['ssh-rsa AAAAB3NzaC1yc2E alice@host\n', 'an OpenSSH public key'],
    ['ssh-ed25519 AAAAC3NzaC1lZDI1 alice@host\n', 'an OpenSSH public key'],
    ['ecdsa-sha2-nistp256 AAAAE2VjZHNh alice@host\n', 'an OpenSSH public key'],
    ['sk-ssh-ed25519@openssh.com AAAAGnNrLXNzaC1l alice\n', 'an OpenSSH public key'],
    ['ssh-dss AAAAB3NzaC1kc3M alice@host\n', 'an OpenSSH public key (DSS)'],
    ['---- BEGIN SSH2 PUBLIC KEY ----\nComment: x\n', 'an SSH2 public key'],
    ['PuTTY-User-Key-File-3: ssh-rsa\n', 'a PuTTY private key'],
    ['-----BEGIN RSA PRIVATE KEY-----\nMIIEow', 'an RSA private key in PEM (PKCS #1)'],
    ['-----BEGIN DSA PRIVATE KEY-----\nMIIBuw', 'a DSS (DSA) private key in PEM'],
    ['-----BEGIN PRIVATE KEY-----\nMIIEvQ', 'a private key in PEM (PKCS #8)'],
    ['-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIIE', 'an encrypted private key in PEM (PKCS #8)'],
    ['-----BEGIN PUBLIC KEY-----\nMIIBIj', 'a public key in PEM (SubjectPublicKeyInfo)'],
    ['subject=CN = host\n-----BEGIN CERTIFICATE-----\nMIID', 'an X.509 certificate'],
    ['-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmQEN', 'an OpenPGP public key'],
    ['-----BEGIN PGP PRIVATE KEY BLOCK-----\n\nlQOY', 'an OpenPGP private key'],
    ['(public-key (rsa (n #00#) (e #11#)))', 'an SPKI key'],
    ['(10:public-key(3:rsa', 'an SPKI key'],
    [Uint8Array.of(0x30, 0x82, 1, 10, 2, 0x82), 'a key or certificate in DER (X.509 or PKCS)'],
    [Uint8Array.of(0x99, 1, 13, 4), 'an OpenPGP key'],
    ['-----BEGIN SOME KEY-----\n', 'a file of the kind "SOME KEY"'],
  ];

  test.each(others)('is named in the error: %s', (content, name) => {
    const other = typeof content === 'string' ? utf8(content) : content;
    const named = (kind: string): unknown =>
      expect.objectContaining({
        code: 'unsupported',
        message: `this is ${name}, where a SILC ${kind} key is wanted`,
      });
    expect(() => readPublicKeyFile(other)).toThrow(named('public'));
    expect(() => readPrivateKeyFile(nodeBackend, other, '')).toThrow(named('private'));
    expect(() => keyFileForm(other)).toThrow(`this is ${name}, where a SILC key is wanted`);
  });

  test('is said to be the other half where it is', () => {
    const says = (message: string): unknown => expect.objectContaining({ code: 'malformed', message });
    expect(() => readPublicKeyFile(file)).toThrow(
      says('this is a SILC private key, where a SILC public key is wanted'),
    );
    expect(() => readPrivateKeyFile(nodeBackend, writePublicKeyFile(publicKey), '')).toThrow(
      says('this is a SILC public key, where a SILC private key is wanted'),
    );
    expect(() => readPublicKeyFile(utf8('hello'))).toThrow(says('not a SILC public key file'));
  });
});

test.each(encodings)('kind and encoding of a file in %s are seen without its passphrase', (encoding) => {
  const sealed = writePrivateKeyFile(nodeBackend, numbers, 'words', encoding);
  expect(keyFileForm(sealed)).toEqual({ kind: 'private', encoding });
  expect(keyFileForm(writePublicKeyFile(publicKey, encoding))).toEqual({ kind: 'public', encoding });
  expect(() => keyFileForm(new Uint8Array(70_000))).toThrow(code('limit'));
});

describe.each(backends)('a private key file on $name', (backend) => {
  test.each(encodings)('in %s survives being written and read', (encoding) => {
    for (const words of ['', 'correct horse', 'pässwörd €', 'x'.repeat(200)]) {
      const written = writePrivateKeyFile(backend, numbers, words, encoding);
      for (const other of backends) {
        expect(readPrivateKeyFile(other, written, words)).toEqual({ version: 1, numbers });
        expect(readPrivateKeyFile(other, written, utf8(words))).toEqual({ version: 1, numbers });
      }
    }
  });

  test.each(['k1024v1', 'k1024v2', 'k2048v1', 'k2048v2', 'k4096v2'])(
    'in base64 ends with "=", without which the toolkit cannot read it: %s',
    (name) => {
      const written = writePrivateKeyFile(backend, testKey(name).numbers, 'words', 'base64');
      expect(fromUtf8(written)).toMatch(/=\n-----END SILC PRIVATE KEY-----\n$/);
      expect(readPrivateKeyFile(backend, written, 'words').numbers).toEqual(testKey(name).numbers);
    },
  );

  test('has the length that the toolkit gives it', () => {
    expect(writePrivateKeyFile(backend, numbers, passphrase)).toHaveLength(file.length);
  });

  test('with a binary body that ends in any octet is read', () => {
    // The last octet is one of the MAC: among 600 files nearly all values of it occur, the line breaks too.
    const endings = new Set<number>();
    for (let i = 0; i < 600; i++) {
      const written = writePrivateKeyFile(backend, numbers, `${i}`);
      endings.add(written[written.length - utf8('\n-----END SILC PRIVATE KEY-----\n').length - 1] ?? -1);
      expect(readPrivateKeyFile(backend, written, `${i}`).version).toBe(1);
    }
    expect(endings.size).toBeGreaterThan(200);
  });

  test('with another passphrase is refused as not authentic', () => {
    fc.assert(
      fc.property(fc.string(), (words) => {
        fc.pre(words !== passphrase);
        expect(() => readPrivateKeyFile(backend, file, words)).toThrow(code('authentication'));
      }),
    );
  });

  test.each(encodings)('in %s cut at any place is refused with a typed error', (encoding) => {
    const whole = writePrivateKeyFile(backend, numbers, 'words', encoding);
    for (let length = 0; length < whole.length - 1; length++) {
      expect(() => readPrivateKeyFile(backend, whole.subarray(0, length), 'words'), `${length}`).toThrow(
        SilcError,
      );
    }
    const end = utf8('\n-----END SILC PRIVATE KEY-----\n');
    const body = whole.subarray(0, whole.length - end.length);
    // The '=' at the end of base64 say nothing: a body without them is whole.
    const significant =
      encoding === 'base64' ? body.findLastIndex((octet) => octet !== 0x3d) + 1 : body.length;
    for (let length = 32; length < significant; length++) {
      const cut = concat(whole.subarray(0, length), end);
      expect(() => readPrivateKeyFile(backend, cut, 'words'), `${length}`).toThrow(SilcError);
    }
  });

  test('with any octet changed is refused with a typed error', () => {
    for (let at = 0; at < file.length - 1; at++) {
      const changed = file.slice();
      changed[at] = (changed[at] ?? 0) ^ 0x11;
      expect(() => readPrivateKeyFile(backend, changed, passphrase), `${at}`).toThrow(SilcError);
    }
  });

  test('tells nothing secret in its error', () => {
    try {
      readPrivateKeyFile(backend, file, 'my secret words');
      expect.unreachable();
    } catch (error) {
      expect(String(error)).not.toContain('secret words');
    }
  });
});

describe('the inner encoding of a private key', () => {
  const inner = encodePrivateKey(numbers);

  test('survives being decoded, as a copy', () => {
    const copy = inner.slice();
    const decoded = decodePrivateKey(copy);
    copy.fill(0);
    expect(decoded).toEqual({ version: 1, numbers });
  });

  test('cut at any place, or with octets behind, is refused with a typed error', () => {
    for (let length = 0; length < inner.length; length++) {
      expect(() => decodePrivateKey(inner.subarray(0, length)), `${length}`).toThrow(SilcError);
    }
    expect(() => decodePrivateKey(concat(inner, Uint8Array.of(0)))).toThrow(code('malformed'));
  });

  test('with one wrong number is refused', () => {
    const names = ['n', 'e', 'd', 'p', 'q', 'dp', 'dq', 'qi'] as const;
    for (const name of names) {
      const wrong = numbers[name].slice();
      wrong[wrong.length - 1] = (wrong.at(-1) ?? 0) ^ 2;
      expect(() => decodePrivateKey(encodePrivateKey({ ...numbers, [name]: wrong })), name).toThrow(
        code('malformed'),
      );
      const none = encodePrivateKey({ ...numbers, [name]: new Uint8Array(0) });
      expect(() => decodePrivateKey(none), name).toThrow(code('malformed'));
    }
    const swapped = { ...numbers, p: numbers.q, q: numbers.p };
    expect(() => decodePrivateKey(encodePrivateKey(swapped))).toThrow(code('malformed'));
  });

  test('of another algorithm or with a number that is too long is refused', () => {
    const other = inner.slice();
    other.set(utf8('dss'), 2);
    expect(() => decodePrivateKey(other)).toThrow(
      expect.objectContaining({ code: 'unsupported', message: 'public key algorithm dss is not supported' }),
    );
    const long = inner.slice();
    long.set([0xff, 0xff, 0xff, 0xff], 9);
    expect(() => decodePrivateKey(long)).toThrow(code('limit'));
    expect(toHex(inner).startsWith('0003727361')).toBe(true);
  });
});
