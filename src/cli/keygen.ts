import { mkdirSync, writeFileSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import { join } from 'node:path';
import type { CommandModule } from 'yargs';
import type { Command } from './command.js';
import { nodeBackend } from '../silc/crypto/backend-node.js';
import { writePrivateKeyFile, writePublicKeyFile } from '../silc/crypto/key-file.js';
import { generateKeyPair } from '../silc/crypto/key-pair.js';
import { withKeyErrors } from './key-errors.js';
import { fileText } from './key-files.js';
import { convertCommand } from './keygen-convert.js';
import { describedKey, showCommand } from './keygen-show.js';

interface KeygenOptions {
  directory: string;
  bits: number;
  user?: string | undefined;
  host?: string | undefined;
  'real-name'?: string | undefined;
  'passphrase-file'?: string | undefined;
}

/** Makes a key pair in the SILC client's own file formats. */
const makeCommand: CommandModule<object, KeygenOptions> = {
  command: '$0',
  describe: 'Make a key pair',
  builder: (yargs) =>
    yargs
      .option('directory', {
        alias: 'd',
        type: 'string',
        default: '.',
        describe: 'where public_key.pub and private_key.prv go, never overwritten; made if it is not there',
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
    await withKeyErrors(undefined, async () => {
      const passphrase = fileText(options['passphrase-file']) ?? '';
      const pair = await generateKeyPair(nodeBackend, { bits: options.bits, identifier });
      const { publicKey, privateKey } = pair;
      const publicFile = join(options.directory, 'public_key.pub');
      const privateFile = join(options.directory, 'private_key.prv');
      mkdirSync(options.directory, { recursive: true, mode: 0o700 });
      writeFileSync(privateFile, writePrivateKeyFile(nodeBackend, privateKey, passphrase), {
        mode: 0o600,
        flag: 'wx',
      });
      writeFileSync(publicFile, writePublicKeyFile(publicKey), { mode: 0o644, flag: 'wx' });
      console.log(`${publicFile}\n${privateFile}\n${describedKey(publicKey)}`);
    });
  },
};

/** Makes, shows and converts keys in the SILC client's own file formats. */
export const keygenCommand: Command<object> = {
  builder: (yargs) => yargs.command(makeCommand).command(showCommand).command(convertCommand),
  handler: () => undefined,
};
