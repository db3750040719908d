import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { main } from '../../src/cli/index.js';
import { nodeBackend } from '../../src/silc/crypto/backend-node.js';
import { fingerprint } from '../../src/silc/crypto/fingerprint.js';
import {
  keyFileForm,
  readPrivateKeyFile,
  readPublicKeyFile,
  writePrivateKeyFile,
  writePublicKeyFile,
} from '../../src/silc/crypto/key-file.js';
import { testKeyPair } from '../support/keys.js';

const { publicKey, privateKey } = testKeyPair('k1024v1');
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'silc-keygen-'));
  write('private_key.prv', writePrivateKeyFile(nodeBackend, privateKey, 'old words'));
  write('public_key.pub', writePublicKeyFile(publicKey));
  write('old', 'old words\n');
  write('new', 'new wörds\n');
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

const file = (name: string): string => join(folder, name);
const read = (name: string): Uint8Array => readFileSync(file(name));
function write(name: string, content: Uint8Array | string): void {
  writeFileSync(file(name), content);
}

async function keygen(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const lines = { out: '', err: '' };
  vi.spyOn(console, 'log').mockImplementation((line) => (lines.out += `${line}\n`));
  vi.spyOn(console, 'error').mockImplementation((line) => (lines.err += `${line}\n`));
  const code = await main(['keygen', ...args]);
  vi.restoreAllMocks();
  return { code, ...lines };
}

it('shows a public key: names, size, version, fingerprint, babbleprint', async () => {
  const { code, out } = await keygen('show', file('public_key.pub'));
  expect(code).toBe(0);
  expect(out).toContain(`${file('public_key.pub')}: SILC public key, base64\nalgorithm    rsa, 1023 bits\n`);
  expect(out).toMatch(/version {6}1\nuser name {4}alice\nhost name {4}alpha\.example\n/);
  expect(out).toMatch(/fingerprint {2}([0-9A-F]{4} ){5} ([0-9A-F]{4} ?){5}\nbabbleprint {2}x\w{4}-.*x\n$/);
});

it('shows a private key with its passphrase only, and the public one beside it', async () => {
  const refused = await keygen('show', file('private_key.prv'));
  expect(refused).toEqual({
    code: 1,
    out: '',
    err: `${file('private_key.prv')}: private key file: wrong passphrase, or the file is damaged\n`,
  });
  const { code, out } = await keygen('show', file('private_key.prv'), '--passphrase-file', file('old'));
  expect(code).toBe(0);
  expect(out).toMatch(/SILC private key, binary\nalgorithm {4}rsa, 1023 bits\nversion {6}1\n/);
  expect(out).toContain(`${file('public_key.pub')}: its public key\n`);
});

it('shows nothing of a stranger that does something to the terminal', async () => {
  const text = 'UN=\u001b[2J, HN=h';
  const octets = Buffer.from(`\0\0\0\0\0\x03rsa\0${String.fromCharCode(text.length)}${text}`, 'latin1');
  const numbers = publicKey.encoded.subarray(
    publicKey.encoded.length - 4 - 128 - 4 - publicKey.numbers.e.length,
  );
  const blob = Buffer.concat([octets, numbers]);
  blob.writeUInt32BE(blob.length - 4);
  write(
    'odd.pub',
    `-----BEGIN SILC PUBLIC KEY-----\n${blob.toString('base64')}\n-----END SILC PUBLIC KEY-----\n`,
  );
  const { out } = await keygen('show', file('odd.pub'));
  expect(out).toContain('user name    \\x1b[2J\n');
});

it('names a key of another program', async () => {
  write('id_ed25519', '-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjE\n');
  expect(await keygen('show', file('id_ed25519'))).toMatchObject({
    code: 1,
    err: `${file('id_ed25519')}: this is an OpenSSH private key, where a SILC key is wanted\n`,
  });
  expect(await keygen('show', file('missing'))).toMatchObject({ code: 1 });
});

it('changes the passphrase of a private key in place, and takes it away', async () => {
  const passphrases = ['--passphrase-file', file('old'), '--new-passphrase-file', file('new')];
  expect(await keygen('convert', file('private_key.prv'), '--in-place', ...passphrases)).toMatchObject({
    code: 0,
  });
  expect(readPrivateKeyFile(nodeBackend, read('private_key.prv'), 'new wörds').numbers).toEqual(privateKey);
  expect(statSync(file('private_key.prv')).mode & 0o777).toBe(0o600);

  const removal = ['--passphrase-file', file('new'), '--remove-passphrase', '-o', file('plain.prv')];
  expect(await keygen('convert', file('private_key.prv'), ...removal)).toMatchObject({ code: 0 });
  expect(readPrivateKeyFile(nodeBackend, read('plain.prv'), '').numbers).toEqual(privateKey);
});

it('leaves the file as it was where the passphrase is wrong', async () => {
  const before = read('private_key.prv');
  const wrong = ['--passphrase-file', file('new'), '--remove-passphrase', '--in-place'];
  expect(await keygen('convert', file('private_key.prv'), ...wrong)).toMatchObject({ code: 1 });
  expect(read('private_key.prv')).toEqual(before);
});

it('turns binary into base64 and back, with the same passphrase', async () => {
  const old = ['--passphrase-file', file('old')];
  await keygen('convert', file('private_key.prv'), '-o', file('b.prv'), '--encoding', 'base64', ...old);
  expect(keyFileForm(read('b.prv'))).toEqual({ kind: 'private', encoding: 'base64' });
  expect(readPrivateKeyFile(nodeBackend, read('b.prv'), 'old words').numbers).toEqual(privateKey);
  await keygen('convert', file('public_key.pub'), '-o', file('b.pub'), '--encoding', 'binary');
  expect(keyFileForm(read('b.pub'))).toEqual({ kind: 'public', encoding: 'binary' });
  expect(readPublicKeyFile(read('b.pub'))).toEqual(publicKey);
});

it('gives a public key another version, and so another fingerprint', async () => {
  await keygen('convert', file('public_key.pub'), '-o', file('v2.pub'), '--key-version', '2');
  const second = readPublicKeyFile(read('v2.pub'));
  expect(second.version).toBe(2);
  expect(second.numbers).toEqual(publicKey.numbers);
  expect(fingerprint(nodeBackend, second)).not.toBe(fingerprint(nodeBackend, publicKey));
  expect((await keygen('show', file('v2.pub'))).out).toMatch(/version {6}2: .*cannot log in/);
  await keygen('convert', file('v2.pub'), '-o', file('v1.pub'), '--key-version', '1');
  expect(readPublicKeyFile(read('v1.pub'))).toEqual(publicKey);
});

it('exits 64 where it is not told what to do, and never overwrites', async () => {
  const [prv, pub] = [file('private_key.prv'), file('public_key.pub')];
  const old = ['--passphrase-file', file('old')];
  expect(await keygen('convert', pub)).toMatchObject({ code: 64 });
  expect(await keygen('convert', pub, '--in-place', '-o', file('x'))).toMatchObject({ code: 64 });
  expect(await keygen('convert', pub, '--in-place', '--remove-passphrase')).toMatchObject({ code: 64 });
  expect(await keygen('convert', prv, '--in-place', '--key-version', '1', ...old)).toMatchObject({
    code: 64,
  });
  expect(await keygen('convert', pub, '-o', file('old'))).toMatchObject({ code: 1 });
  expect(readFileSync(file('old'), 'utf8')).toBe('old words\n');
});
