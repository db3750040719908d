import { readFileSync, writeFileSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import { join } from 'node:path';
import type { CommandModule } from 'yargs';
import { nodeBackend } from '../silc/crypto/backend-node.js';
import { babbleprint, displayFingerprint, fingerprintBytes } from '../silc/crypto/fingerprint.js';
import { writePrivateKeyFile, writePublicKeyFile } from '../silc/crypto/key-file.js';
import { generateKeyPair } from '../silc/crypto/key-pair.js';
import { SilcError } from '../silc/errors.js';
import { CliError, ExitCode } from './exit-codes.js';

interface KeygenOptions {
  directory: string;
  bits: number;
  user?: string | undefined;
  host?: string | undefined;
  'real-name'?: string | undefined;
  'passphrase-file'?: string | undefined;
}

/** Makes a key pair in the SILC client's own file formats. */
export const keygenCommand: CommandModule<object, KeygenOptions> = {
  command: 'keygen',
  describe: "Make a SILC key pair in the SILC client's own file formats",
  builder: (yargs) =>
    yargs
      .option('directory', {
        alias: 'd',
        type: 'string',
        default: '.',
        describe: 'where public_key.pub and private_key.prv go, never overwritten',
      })
      .option('bits', { type: 'number', default: 4096, describe: 'size of the modulus' })
      .option('user', { type: 'string', describe: 'user name in the key; default: yours' })
      .option('host', { type: 'string', describe: 'host name in the key; default: this one' })
      .option('real-name', { type: 'string', describe: 'real name in the key' })
      .option('passphrase-file', {
        type: 'string',
        describe: 'file with the passphrase for the private key; default: none',
      })
      .example('$0 keygen -d ~/.silc --user alice --host example.org', 'the files the silc client reads'),
  handler: async (options) => {
    const realName = options['real-name'];
    const identifier = {
      UN: options.user ?? userInfo().username,
      HN: options.host ?? hostname(),
      ...(realName === undefined ? {} : { RN: realName }),
    };
    const passphraseFile = options['passphrase-file'];
    try {
      const passphrase =
        passphraseFile === undefined ? '' : readFileSync(passphraseFile, 'utf8').replace(/\r?\n$/, '');
      const { publicKey, privateKey } = await generateKeyPair(nodeBackend, {
        bits: options.bits,
        identifier,
      });
      const [publicFile, privateFile] = ['public_key.pub', 'private_key.prv'].map((name) =>
        join(options.directory, name),
      );
      if (publicFile === undefined || privateFile === undefined) return;
      writeFileSync(privateFile, writePrivateKeyFile(nodeBackend, privateKey, passphrase), {
        mode: 0o600,
        flag: 'wx',
      });
      writeFileSync(publicFile, writePublicKeyFile(publicKey), { mode: 0o644, flag: 'wx' });
      const digest = fingerprintBytes(nodeBackend, publicKey);
      console.log(`${publicFile}\n${privateFile}`);
      console.log(`fingerprint  ${displayFingerprint(digest)}\nbabbleprint  ${babbleprint(digest)}`);
    } catch (error) {
      if (error instanceof SilcError || (error instanceof Error && 'code' in error)) {
        throw new CliError(ExitCode.failure, error.message, { cause: error });
      }
      throw error;
    }
  },
};
