import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import type { CommandModule } from 'yargs';
import { nodeBackend } from '../silc/crypto/backend-node.js';
import {
  keyFileForm,
  readPrivateKeyFile,
  readPublicKeyFile,
  writePrivateKeyFile,
  writePublicKeyFile,
  type KeyFileEncoding,
} from '../silc/crypto/key-file.js';
import { encodePublicKey, identifierOfVersion } from '../silc/crypto/public-key.js';
import { CliError, ExitCode } from './exit-codes.js';
import { withKeyErrors } from './key-errors.js';
import { fileText } from './key-files.js';

interface ConvertOptions {
  file: string;
  output?: string | undefined;
  'in-place'?: boolean | undefined;
  encoding?: KeyFileEncoding | undefined;
  'passphrase-file'?: string | undefined;
  'new-passphrase-file'?: string | undefined;
  'remove-passphrase'?: boolean | undefined;
  'key-version'?: 1 | 2 | undefined;
}

/** Writes a key file anew: with another passphrase as `silc -P` does, in the other encoding, or in today's layout. */
export const convertCommand: CommandModule<object, ConvertOptions> = {
  command: 'convert <file>',
  describe: 'Change the passphrase, encoding or version of a key file',
  builder: (yargs) =>
    yargs
      .positional('file', { type: 'string', demandOption: true, describe: 'public or private key file' })
      .option('output', { alias: 'o', type: 'string', describe: 'file to write, never overwritten' })
      .option('in-place', { type: 'boolean', describe: 'replace the file itself' })
      .option('encoding', {
        choices: ['binary', 'base64'] as const,
        describe: 'default: as it is',
      })
      .option('passphrase-file', { type: 'string', describe: 'file with the passphrase of the private key' })
      .option('new-passphrase-file', {
        type: 'string',
        describe: 'file with its new passphrase; default: the same',
      })
      .option('remove-passphrase', {
        type: 'boolean',
        describe: 'no passphrase for the private key any more',
      })
      .option('key-version', {
        choices: [1, 2] as const,
        describe: 'version a public key tells; this changes its fingerprint',
      })
      .conflicts('output', 'in-place')
      .conflicts('new-passphrase-file', 'remove-passphrase')
      .example(
        '$0 keygen convert private_key.prv --in-place --passphrase-file old --new-passphrase-file new',
        'another passphrase',
      )
      .example('$0 keygen convert v2.pub -o v1.pub --key-version 1', 'a key that servers let in'),
  handler: (options) =>
    withKeyErrors(options.file, () => {
      const { file, output } = options;
      if (output === undefined && options['in-place'] !== true) {
        throw new CliError(ExitCode.usage, 'Where to? Give --output or --in-place.');
      }
      const content = readFileSync(file);
      const { kind, encoding } = keyFileForm(content);
      const isPrivate = kind === 'private';
      const converted = isPrivate
        ? convertedPrivate(content, options, encoding)
        : convertedPublic(content, options, encoding);
      const mode = isPrivate ? 0o600 : 0o644;
      if (output === undefined) replaceFile(file, converted, mode);
      else writeFileSync(output, converted, { mode, flag: 'wx' });
      console.log(output ?? file);
    }),
};

function convertedPrivate(
  content: Uint8Array,
  options: ConvertOptions,
  encoding: KeyFileEncoding,
): Uint8Array {
  if (options['key-version'] !== undefined) {
    throw new CliError(ExitCode.usage, 'The version stands in the public key: convert that one.');
  }
  const old = fileText(options['passphrase-file']) ?? '';
  const renewed =
    options['remove-passphrase'] === true ? '' : (fileText(options['new-passphrase-file']) ?? old);
  const { numbers } = readPrivateKeyFile(nodeBackend, content, old);
  return writePrivateKeyFile(nodeBackend, numbers, renewed, options.encoding ?? encoding);
}

function convertedPublic(
  content: Uint8Array,
  options: ConvertOptions,
  encoding: KeyFileEncoding,
): Uint8Array {
  if (options['new-passphrase-file'] !== undefined || options['remove-passphrase'] === true) {
    throw new CliError(ExitCode.usage, 'A public key has no passphrase.');
  }
  const key = readPublicKeyFile(content);
  const version = options['key-version'];
  const converted =
    version === undefined ? key : encodePublicKey(identifierOfVersion(key.identifier, version), key.numbers);
  return writePublicKeyFile(converted, options.encoding ?? encoding);
}

/** At no time is there half a file, or none. */
function replaceFile(file: string, content: Uint8Array, mode: number): void {
  const beside = `${file}.new`;
  writeFileSync(beside, content, { mode, flag: 'wx' });
  try {
    renameSync(beside, file);
  } catch (error) {
    rmSync(beside, { force: true });
    throw error;
  }
}
