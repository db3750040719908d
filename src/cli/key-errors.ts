import { SilcError } from '../silc/errors.js';
import { CliError, ExitCode } from './exit-codes.js';

/** Runs work on keys; what is wrong with a file becomes the whole message. @throws CliError */
export async function withKeyErrors(
  file: string | undefined,
  work: () => void | Promise<void>,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (error instanceof SilcError) {
      const text = file === undefined ? error.message : `${file}: ${error.message}`;
      throw new CliError(ExitCode.failure, text, { cause: error });
    }
    // Errors of the file system name the file themselves.
    if (error instanceof Error && 'code' in error) {
      throw new CliError(ExitCode.failure, error.message, { cause: error });
    }
    throw error;
  }
}
