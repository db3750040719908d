import { isWeak } from '../silc/crypto/algorithms.js';
import type { Command } from './command.js';
import { CliError, ExitCode } from './exit-codes.js';
import { readConfig } from './read-config.js';

interface CheckOptions {
  config: string;
  connect: boolean;
}

/** Says what is wrong with a configuration, all at once; `--connect` also asks the SILC servers for their keys. */
export const checkCommand: Command<CheckOptions> = {
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
    if (!connect) return;
    const { probeServers } = await import('./probe.js');
    if (!(await probeServers(config, (line) => console.log(line)))) {
      throw new CliError(
        ExitCode.failure,
        'Not every SILC server could be reached, or showed the key that is expected.',
      );
    }
  },
};
