import { existsSync, readFileSync } from 'node:fs';
import type { CommandModule } from 'yargs';
import type { RsaPublicNumbers } from '../silc/crypto/backend.js';
import { nodeBackend } from '../silc/crypto/backend-node.js';
import { babbleprint, displayFingerprint, fingerprintBytes } from '../silc/crypto/fingerprint.js';
import { keyFileForm, readPrivateKeyFile, readPublicKeyFile } from '../silc/crypto/key-file.js';
import { joinKeyPair } from '../silc/crypto/key-pair.js';
import { bitLength } from '../silc/crypto/pkcs1.js';
import { canonicalPublicKey, type SilcPublicKey } from '../silc/crypto/public-key.js';
import { withKeyErrors } from './key-errors.js';
import { fileText, publicFileOf } from './key-files.js';
import { visible } from './silc/visible.js';

interface ShowOptions {
  file: string;
  'passphrase-file'?: string | undefined;
}

/** Shows what is in a key file, as `silc -S` does. */
export const showCommand: CommandModule<object, ShowOptions> = {
  command: 'show <file>',
  describe: 'Show a key: identifier, size, version, fingerprint, babbleprint',
  builder: (yargs) =>
    yargs
      .positional('file', {
        type: 'string',
        demandOption: true,
        describe: 'public or private key file of a SILC client or server',
      })
      .option('passphrase-file', { type: 'string', describe: 'file with the passphrase of a private key' })
      .example('$0 keygen show ~/.silc/public_key.pub', 'your key, as others see it'),
  handler: ({ file, 'passphrase-file': passphraseFile }) =>
    withKeyErrors(file, () => {
      const content = readFileSync(file);
      const { kind, encoding } = keyFileForm(content);
      const key = kind === 'public' ? describedKey(readPublicKeyFile(content)) : describedPrivate();
      console.log(`${file}: SILC ${kind} key, ${encoding}\n${key}`);

      function describedPrivate(): string {
        const passphrase = fileText(passphraseFile) ?? '';
        const { numbers, version } = readPrivateKeyFile(nodeBackend, content, passphrase);
        const lines = `${algorithmRow(numbers)}${row('version', `${version}`)}`;
        const publicFile = publicFileOf(file);
        if (!existsSync(publicFile)) return lines.trimEnd();
        const { publicKey } = joinKeyPair(readPublicKeyFile(readFileSync(publicFile)), numbers);
        return `${lines}${publicFile}: its public key\n${describedKey(publicKey)}`;
      }
    }),
};

const fields = [
  ['UN', 'user name'],
  ['HN', 'host name'],
  ['RN', 'real name'],
  ['E', 'e-mail'],
  ['O', 'organisation'],
  ['C', 'country'],
] as const;

/** A public key in lines. The texts inside come from whoever made it. */
export function describedKey(key: SilcPublicKey): string {
  const digest = fingerprintBytes(nodeBackend, key);
  const names = fields.map(([name, label]) => {
    const value = key.identifier[name];
    return value === undefined ? '' : row(label, visible(value));
  });
  const text =
    algorithmRow(key.numbers) +
    row('version', key.version === 1 ? '1' : '2: SILC software of the toolkit cannot log in with it') +
    names.join('') +
    row('fingerprint', displayFingerprint(digest)) +
    row('babbleprint', babbleprint(digest));
  const others = displayFingerprint(fingerprintBytes(nodeBackend, canonicalPublicKey(key)));
  const same = others === displayFingerprint(digest);
  return (same ? text : text + row('elsewhere', `${others}, where it is written anew`)).trimEnd();
}

function algorithmRow({ n }: RsaPublicNumbers): string {
  return row('algorithm', `rsa, ${bitLength(n)} bits`);
}

function row(label: string, value: string): string {
  return `${label.padEnd(13)}${value}\n`;
}
