import { existsSync, readFileSync } from 'node:fs';
import type { KeyPair } from '../silc/client/types.js';
import { nodeBackend } from '../silc/crypto/backend-node.js';
import { readPrivateKeyFile, readPublicKeyFile } from '../silc/crypto/key-file.js';
import { joinKeyPair } from '../silc/crypto/key-pair.js';
import { CliError, ExitCode } from './exit-codes.js';

/**
 * The key pair of a private key file and of the public one beside it, whose name ends in `.pub`.
 * @throws CliError when they cannot be read or do not belong together
 */
export function keyPairOfFile(file: string, passphraseFile: string | undefined): KeyPair {
  const passphrase = fileText(passphraseFile) ?? '';
  try {
    return readKeyPair(file, passphrase);
  } catch (error) {
    throw new CliError(
      ExitCode.config,
      `${file}: ${error instanceof Error ? error.message : String(error)}`,
      {
        cause: error,
      },
    );
  }
}

/** As {@link keyPairOfFile}. @throws SilcError `authentication` where the passphrase is wrong; other errors of files and keys */
export function readKeyPair(file: string, passphrase: string): KeyPair {
  const { numbers } = readPrivateKeyFile(nodeBackend, readFileSync(file), passphrase);
  return joinKeyPair(readPublicKeyFile(readFileSync(publicFileOf(file))), numbers);
}

/** Text of a file without its last line end. @throws CliError when it cannot be read */
export function fileText(file: string): string;
export function fileText(file: string | undefined): string | undefined;
export function fileText(file: string | undefined): string | undefined {
  if (file === undefined) return undefined;
  try {
    return readFileSync(file, 'utf8').replace(/\r?\n$/, '');
  } catch (error) {
    throw new CliError(ExitCode.config, error instanceof Error ? error.message : String(error), {
      cause: error,
    });
  }
}

/** Where the public key of a private one is: SILC clients have `private_key.prv` and `public_key.pub`, others `x.prv` and `x.pub`. */
export function publicFileOf(file: string): string {
  const beside = `${file.replace(/\.prv$/, '')}.pub`;
  const usual = file.replace(/private_key\.prv$/, 'public_key.pub');
  return usual === file || existsSync(beside) ? beside : usual;
}
