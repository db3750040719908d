import { secretsOf, withoutSecrets } from '../app/config/secrets.js';
import { isWeak } from '../silc/crypto/algorithms.js';
import { tryDatabaseLibrary } from './check/database-library.js';
import type { Command } from './command.js';
import { CliError, ExitCode } from './exit-codes.js';
import { readConfig } from './read-config.js';

interface CheckOptions {
  config: string;
  connect: boolean;
}

/** Says what is wrong with a configuration, all at once; `--connect` also tries everything that it names. */
export const checkCommand: Command<CheckOptions> = {
  builder: (yargs) =>
    yargs
      .option('config', { alias: 'c', type: 'string', demandOption: true, describe: 'configuration file' })
      .option('connect', {
        type: 'boolean',
        default: false,
        describe:
          'also try the store, the Jabber server and the SILC servers, and show the fingerprints of their keys',
      })
      .example('$0 check -c gateway.yaml', 'find every mistake in the file')
      .example('$0 check -c gateway.yaml --connect', 'see whether all servers take the gateway')
      .epilogue(
        'Exit codes: 0 no fault was found, 78 the file has faults or its store cannot work on this machine, 1 something that was tried with --connect does not work.',
      ),
  handler: async ({ config: file, connect }) => {
    const config = readConfig(file);
    if (config.store.url.startsWith('sqlite:')) {
      const fault = await tryDatabaseLibrary();
      if (fault !== undefined) throw new CliError(ExitCode.config, `${file}: store.url: ${fault}`);
    }
    console.log(`${file}: no fault found`);
    for (const [network, { algorithms = {} }] of Object.entries(config.networks)) {
      const weak = Object.values(algorithms).flat().filter(isWeak);
      if (weak.length > 0)
        console.log(`networks.${network}.algorithms: weak ones are on: ${weak.join(', ')}`);
    }
    if (!connect) return;
    const { probeAll } = await import('./check/probe.js');
    const secrets = secretsOf(config);
    const failed = await probeAll(config, (line) => console.log(withoutSecrets(line, secrets)));
    if (failed.length > 0) throw new CliError(ExitCode.failure, `Does not work: ${failed.join(', ')}.`);
  },
};
