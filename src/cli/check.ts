import type { CommandModule } from 'yargs';
import { type Config, ConfigError, loadConfig } from '../app/config/load.js';
import { isWeak } from '../silc/crypto/algorithms.js';
import { CliError, ExitCode } from './exit-codes.js';
import { probeServers } from './probe.js';

interface CheckOptions {
  config: string;
  connect: boolean;
}

/** Says what is wrong with a configuration, all at once; `--connect` also asks the SILC servers for their keys. */
export const checkCommand: CommandModule<object, CheckOptions> = {
  command: 'check',
  describe: 'Check a configuration: every fault at once, with its line',
  builder: (yargs) =>
    yargs
      .option('config', { alias: 'c', type: 'string', demandOption: true, describe: 'configuration file' })
      .option('connect', {
        type: 'boolean',
        default: false,
        describe: 'also connect to the SILC servers and show the fingerprints of their keys',
      })
      .example('$0 check -c gateway.yaml --connect', 'see which keys the SILC servers show'),
  handler: async ({ config: file, connect }) => {
    const config = readConfig(file);
    console.log(`${file}: no fault found`);
    for (const [network, { algorithms = {} }] of Object.entries(config.networks)) {
      const weak = Object.values(algorithms).flat().filter(isWeak);
      if (weak.length > 0)
        console.log(`networks.${network}.algorithms: weak ones are on: ${weak.join(', ')}`);
    }
    if (connect && !(await probeServers(config, (line) => console.log(line)))) {
      throw new CliError(
        ExitCode.failure,
        'Not every SILC server could be reached, or showed the key that is expected.',
      );
    }
  },
};

/** Reads a configuration for a command. @throws CliError with exit code 78 that lists every fault. */
export function readConfig(file: string): Config {
  try {
    return loadConfig(file);
  } catch (error) {
    if (error instanceof ConfigError) throw new CliError(ExitCode.config, error.message, { cause: error });
    throw error;
  }
}
