import { type Config, ConfigError, loadConfig } from '../app/config/load.js';
import { CliError, ExitCode } from './exit-codes.js';

/** Reads a configuration for a command. @throws CliError with exit code 78 that lists every fault. */
export function readConfig(file: string): Config {
  try {
    return loadConfig(file);
  } catch (error) {
    if (error instanceof ConfigError) throw new CliError(ExitCode.config, error.message, { cause: error });
    throw error;
  }
}
