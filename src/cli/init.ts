import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { ConfigError, parseConfig } from '../app/config/load.js';
import { configurationText } from '../app/config/template.js';
import type { Command } from './command.js';
import { CliError, ExitCode } from './exit-codes.js';
import { parseServer } from './silc/options.js';

interface InitOptions {
  output?: string | undefined;
  domain: string;
  network: string;
  server: string;
}

/** Writes a commented configuration with a fresh component secret. */
export const initCommand: Command<InitOptions> = {
  builder: (yargs) =>
    yargs
      .option('output', {
        alias: 'o',
        type: 'string',
        describe: 'file to write, never overwritten; default: standard output',
      })
      .option('domain', {
        type: 'string',
        default: 'silc.example.org',
        describe: "the gateway's own host name",
      })
      .option('network', { type: 'string', default: 'silcnet', describe: 'short name of the SILC network' })
      .option('server', {
        type: 'string',
        default: 'silc.example.net:706',
        describe: 'SILC server, host[:port]',
      })
      .example(
        '$0 init -o gateway.yaml --domain silc.example.org --server silc.example.net',
        'a file for one network',
      ),
  handler: ({ output, domain, network, server }) => {
    const text = configurationText({
      domain,
      network,
      server: parseServer(server),
      secret: randomBytes(24).toString('base64url'),
    });
    checkText(text);
    if (output === undefined) {
      process.stdout.write(text);
      return;
    }
    try {
      writeFileSync(output, text, { mode: 0o600, flag: 'wx' });
    } catch (error) {
      throw new CliError(
        ExitCode.failure,
        `${output}: ${error instanceof Error ? error.message : String(error)}`,
        { cause: error },
      );
    }
    console.error(`${output} written. Look through it, then: silc-xmpp-gateway check -c ${output}`);
  },
};

/** What was given on the command line may not fit. @throws CliError */
function checkText(text: string): void {
  try {
    parseConfig(text, 'configuration');
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new CliError(ExitCode.usage, `These values make no configuration:\n${error.message}`, {
      cause: error,
    });
  }
}
