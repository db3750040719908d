import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import type { KeyPair } from '../../silc/client/types.js';
import { nodeBackend } from '../../silc/crypto/backend-node.js';
import { readPrivateKeyFile, readPublicKeyFile } from '../../silc/crypto/key-file.js';
import { joinKeyPair } from '../../silc/crypto/key-pair.js';
import { SilcError } from '../../silc/errors.js';
import { CliError, ExitCode } from '../exit-codes.js';
import { keyPairOfFile, publicFileOf } from '../key-files.js';

/** The terminal on which a passphrase is asked for. */
export interface Terminal {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
}

/**
 * The key pair of a file and of the public one beside it. A passphrase comes from its file, or is asked for on the
 * terminal where one is needed.
 * @throws CliError
 */
export async function ownKeyPair(
  file: string,
  passphraseFile: string | undefined,
  terminal: Terminal | undefined,
): Promise<KeyPair> {
  try {
    return keyPairOfFile(file, passphraseFile);
  } catch (error) {
    if (terminal === undefined || passphraseFile !== undefined || !isLocked(error)) throw error;
  }
  const passphrase = (await askSecret(`passphrase of ${file}: `, terminal)) ?? '';
  try {
    const { numbers } = readPrivateKeyFile(nodeBackend, readFileSync(file), passphrase);
    return joinKeyPair(readPublicKeyFile(readFileSync(publicFileOf(file))), numbers);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new CliError(ExitCode.config, `${file}: ${message}`, { cause: error });
  }
}

function isLocked(error: unknown): boolean {
  return (
    error instanceof CliError && error.cause instanceof SilcError && error.cause.code === 'authentication'
  );
}

/** Asks for a text that the terminal does not show. @returns undefined at the end of the input */
async function askSecret(question: string, { input, output }: Terminal): Promise<string | undefined> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const reader = createInterface({ input, output: nowhere, terminal: true, historySize: 0 });
  output.write(question);
  try {
    return await new Promise((resolve) => {
      reader.once('line', resolve);
      reader.once('close', () => resolve(undefined));
    });
  } finally {
    reader.close();
    output.write('\n');
  }
}
